# tiny: latency of correct answers
# To draw it again, after changes of your own: gnuplot quantiles.gp

set encoding utf8

$chart1_curve1 << EOD
# share of requests that were at least as fast, : before the failure
2 10
100 30
EOD

$chart1_curve2 << EOD
# share of requests that were at least as fast, : during the failure
2 20
EOD

px(x) = x / 900.0
py(y) = 1 - y / 444.0

do for [format in "svg png"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,444 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,888 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'quantiles.'.format
  set multiplot
  set logscale x 10
  set xrange [0.758577575:131.8256739]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set label 'tiny: latency of correct answers' at screen px(20), screen py(22) font large
  set label '' at screen px(80), screen py(46) 
  set arrow from screen px(104), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'before the failure' at screen px(132), screen py(46) font small
  set arrow from screen px(274), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'during the failure' at screen px(302), screen py(46) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(58)
  set bmargin at screen py(388)
  set xlabel 'share of requests that were at least as fast'
  set xtics ('0 %%' 1, '50 %%' 2, '90 %%' 10, '99 %%' 100) nomirror font small
  set logscale y 10
  set yrange [5:50]
  set ytics ('5 ms' 5, '10 ms' 10, '20 ms' 20, '50 ms' 50)
  plot \
    $chart1_curve1 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' notitle, \
    $chart1_curve2 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  unset multiplot
  unset output
}
