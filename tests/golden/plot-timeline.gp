# tiny: latency and requests over time
# To draw it again, after changes of your own: gnuplot timeline.gp

set encoding utf8

$chart1_curve1 << EOD
# time, s, Latency of correct answers: read p99
0 40
1 40

3 20
4 20

EOD

$chart1_curve2 << EOD
# time, s, Latency of correct answers: read p50
0 10
1 10

3 20
4 20

EOD

$chart1_curve3 << EOD
# time, s, Latency of correct answers: write p99
0 80
1 80

EOD

$chart1_curve4 << EOD
# time, s, Latency of correct answers: write p50
0 50
1 50

EOD

$chart2_curve1 << EOD
# time, s, Requests per second by outcome: ok
0 30
1 0
2 0
3 5
4 5

EOD

$chart2_curve2 << EOD
# time, s, Requests per second by outcome: 503
0 0
1 2
2 0
3 0
4 0

EOD

px(x) = x / 900.0
py(y) = 1 - y / 589.0

do for [format in "svg png"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,589 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,1178 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'timeline.'.format
  set multiplot
  set xrange [0:4]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set label 'tiny: latency and requests over time' at screen px(20), screen py(22) font large
  set label 'windows of 1 s, means of 2 runs' at screen px(20), screen py(44) font small textcolor rgb '#555555'
  set label 'Latency of correct answers' at screen px(80), screen py(68) 
  set arrow from screen px(312), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'read p99' at screen px(340), screen py(68) font small
  set arrow from screen px(412), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 2 linewidth 1.25 linecolor rgb '#0072b2'
  set label 'read p50' at screen px(440), screen py(68) font small
  set arrow from screen px(512), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'write p99' at screen px(540), screen py(68) font small
  set arrow from screen px(619), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 2 linewidth 1.25 linecolor rgb '#d55e00'
  set label 'write p50' at screen px(647), screen py(68) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(131)
  set bmargin at screen py(311)
  set xlabel ''
  set xtics nomirror format '' font small
  set logscale y 10
  set yrange [5:100]
  set ytics ('5 ms' 5, '10 ms' 10, '20 ms' 20, '50 ms' 50, '100 ms' 100)
  set object rectangle from 1.1, graph 0 to 2.1, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow from 2.5, graph 0 to 2.5, screen py(121) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'nginx@server1 ready' at screen px(586), screen py(125) font small textcolor rgb '#555555'
  set arrow from 1.6, graph 0 to 1.6, screen py(104) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'haproxy@lb1: server1 DOWN' at screen px(405), screen py(108) font small textcolor rgb '#555555'
  set arrow from 1.1, graph 0 to 1.1, screen py(87) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'crash of nginx@server1' at screen px(305), screen py(91) font small textcolor rgb '#555555'
  plot \
    $chart1_curve1 with steps linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' notitle, \
    $chart1_curve2 with steps linewidth 1.25 dashtype 2 linecolor rgb '#0072b2' notitle, \
    $chart1_curve3 with steps linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle, \
    $chart1_curve4 with steps linewidth 1.25 dashtype 2 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'Requests per second by outcome' at screen px(80), screen py(341) 
  set arrow from screen px(344), screen py(341) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 7 linecolor rgb '#7fb3d3'
  set label 'ok' at screen px(372), screen py(341) font small
  set arrow from screen px(402), screen py(341) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 7 linecolor rgb '#d55e00'
  set label '503' at screen px(430), screen py(341) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(353)
  set bmargin at screen py(533)
  set xlabel 'time, s'
  set xtics nomirror format '%g' font small
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  set object rectangle from 1.1, graph 0 to 2.1, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow from 2.5, graph 0 to 2.5, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 1.6, graph 0 to 1.6, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 1.1, graph 0 to 1.1, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  plot \
    $chart2_curve1 with fillsteps fillstyle solid 0.3 noborder linecolor rgb '#7fb3d3' notitle, \
    $chart2_curve1 with steps linewidth 1.75 dashtype 1 linecolor rgb '#7fb3d3' notitle, \
    $chart2_curve2 with fillsteps fillstyle solid 0.3 noborder linecolor rgb '#d55e00' notitle, \
    $chart2_curve2 with steps linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  unset multiplot
  unset output
}
