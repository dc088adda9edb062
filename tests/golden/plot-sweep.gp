# Sweep
# To draw it again, after changes of your own: gnuplot sweep.gp

set encoding utf8

$chart1_curve1 << EOD
# /haproxy/retries, failed: read
0 5 4.5 5.5
3 NaN NaN NaN
EOD

$chart1_curve2 << EOD
# /haproxy/retries, failed
0 1 0.5 1.5
3 2 1.5 2.5
EOD

$chart2_curve1 << EOD
# /haproxy/retries, availability: read
0 97 96.5 97.5
3 99 98.5 99.5
EOD

$chart2_curve2 << EOD
# /haproxy/retries, availability
0 100 99.5 100.5
3 100 99.5 100.5
EOD

px(x) = x / 900.0
py(y) = 1 - y / 408.0

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,408 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,816 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'sweep.'.format
  set multiplot
  set xrange [-0.18:3.18]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set label 'Sweep' at screen px(20), screen py(22) font large
  set label 'means' at screen px(20), screen py(44) font small textcolor rgb '#555555'
  set arrow from screen px(20), screen py(66) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'read' at screen px(48), screen py(66) font small
  set label 'failed' at screen px(80), screen py(90) 
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(102)
  set bmargin at screen py(206)
  set xlabel ''
  set xtics ('' 0, '' 3) nomirror font small
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  plot \
    $chart1_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart1_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart1_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart1_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'availability' at screen px(80), screen py(236) 
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(248)
  set bmargin at screen py(352)
  set xlabel '/haproxy/retries'
  set xtics ('0' 0, '3' 3) nomirror font small
  unset logscale y
  set ytics autofreq format '%g %%'
  set yrange [*:100]
  plot \
    $chart2_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart2_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart2_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart2_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  unset multiplot
  unset output
}
