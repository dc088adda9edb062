# nginx1-crash: latency of correct answers
# To draw it again, after changes of your own: gnuplot quantiles.gp

set encoding utf8

$chart1_curve1 << EOD
# share of requests that were at least as fast, : before the failure
1 81.152
1.11111 81.152
1.25 81.152
1.42857 81.152
1.66667 81.152
2 81.664
2.5 83.2
3.33333 83.712
5 84.224
10 84.736
20 85.248
50 85.248
100 85.76
200 85.76
500 86.272
1000 121.6
2000 124.16
5000 125.184
10000 125.184
EOD

$chart1_curve2 << EOD
# share of requests that were at least as fast, : during the failure
1 81.152
1.11111 81.152
1.25 81.152
1.42857 81.152
1.66667 81.152
2 82.176
2.5 83.2
3.33333 83.712
5 83.712
10 84.736
20 85.248
50 85.76
100 85.76
200 85.76
500 86.784
1000 121.6
2000 123.648
5000 124.16
10000 125.696
EOD

$chart1_curve3 << EOD
# share of requests that were at least as fast, : after the failure
1 81.152
1.11111 81.152
1.25 81.152
1.42857 81.152
1.66667 81.152
2 81.664
2.5 83.2
3.33333 83.712
5 84.224
10 84.736
20 85.248
50 85.76
100 85.76
200 85.76
500 86.272
1000 121.6
2000 124.16
5000 124.672
10000 124.672
EOD

px(x) = x / 900.0
py(y) = 1 - y / 444.0

do for [format in "svg"] {
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
  set xrange [0.5754399373:17378.00829]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set label 'nginx1-crash: latency of correct answers' at screen px(20), screen py(22) font large
  set label '' at screen px(80), screen py(46) 
  set arrow from screen px(104), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'before the failure' at screen px(132), screen py(46) font small
  set arrow from screen px(274), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'during the failure' at screen px(302), screen py(46) font small
  set arrow from screen px(444), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#009e73'
  set label 'after the failure' at screen px(472), screen py(46) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(58)
  set bmargin at screen py(388)
  set xlabel 'share of requests that were at least as fast'
  set xtics ('0 %%' 1, '50 %%' 2, '90 %%' 10, '99 %%' 100, '99.9 %%' 1000, '99.99 %%' 10000) nomirror font small
  set logscale y 10
  set yrange [70:200]
  set ytics ('70 ms' 70, '80 ms' 80, '90 ms' 90, '100 ms' 100, '200 ms' 200)
  plot \
    $chart1_curve1 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' notitle, \
    $chart1_curve2 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle, \
    $chart1_curve3 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#009e73' notitle
  unset label
  unset arrow
  unset object
  unset multiplot
  unset output
}
