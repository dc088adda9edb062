# Sweep
# To draw it again, after changes of your own: gnuplot sweep.gp

set encoding utf8

$panel1_series1 << EOD
# x, mean, ends of its interval: failed read
0 5 4.5 5.5
3 NaN 0 0
EOD

$panel1_series2 << EOD
# x, mean, ends of its interval: failed
0 1 1 1
3 2 2 2
EOD

$panel2_series1 << EOD
# x, mean, ends of its interval: availability read
0 97 96 98
3 99 98 100
EOD

$panel2_series2 << EOD
# x, mean, ends of its interval: availability
0 100 100 100
3 100 100 100
EOD

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,412 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,824 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'sweep.'.format
  set xrange [-0.18:3.18]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set multiplot
  set label 'Sweep' at screen 0.0222, screen 0.9466 font large
  set label 'means' at screen 0.0222, screen 0.8932 font small textcolor rgb '#555555'
  set label 'read' at screen 0.0267, screen 0.8398 font small offset 0.6,0 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
  set label '/haproxy/retries' at screen 0.5000, screen 0.0388 center
  set lmargin at screen 0.0889
  set rmargin at screen 0.9822
  set tmargin at screen 0.7573
  set bmargin at screen 0.5049
  set xtics ('' 0, '' 3) nomirror font small
  set label 'failed' at screen 0.0889, screen 0.7937 
  set format y '%g'
  set yrange [0:*]
  plot \
    $panel1_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel1_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel1_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel1_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  set lmargin at screen 0.0889
  set rmargin at screen 0.9822
  set tmargin at screen 0.4029
  set bmargin at screen 0.1505
  set xtics ('0' 0, '3' 3) nomirror font small
  set label 'availability' at screen 0.0889, screen 0.4393 
  set format y '%g %%'
  set yrange [*:100]
  plot \
    $panel2_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel2_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel2_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel2_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset multiplot
  unset output
}
