# Latency and requests over time
# To draw it again, after changes of your own: gnuplot timeline.gp

set encoding utf8

$chart1_curve1 << EOD
# time, s, Latency of correct answers: tiny p99
0 46.6667
1 46.6667

3 20
4 20

EOD

$chart1_curve2 << EOD
# time, s, Latency of correct answers: tiny p50
0 16.6667
1 16.6667

3 20
4 20

EOD

$chart1_curve3 << EOD
# time, s, Latency of correct answers: other's p99
0 46.6667
1 46.6667

3 20
4 20

EOD

$chart1_curve4 << EOD
# time, s, Latency of correct answers: other's p50
0 16.6667
1 16.6667

3 20
4 20

EOD

$chart2_curve1 << EOD
# time, s, Correct answers per second: tiny
0 30
1 0
2 0
3 5
4 5

EOD

$chart2_curve2 << EOD
# time, s, Correct answers per second: other's
0 30
1 0
2 0
3 5
4 5

EOD

$chart3_curve1 << EOD
# time, s, Failures per second: tiny
0 0
1 2
2 0
3 0
4 0

EOD

$chart3_curve2 << EOD
# time, s, Failures per second: other's
0 0
1 2
2 0
3 0
4 0

EOD

px(x) = x / 900.0
py(y) = 1 - y / 811.0

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,811 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,1622 rounded background rgb 'white' \
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
  set label 'Latency and requests over time' at screen px(20), screen py(22) font large
  set label 'windows of 1 s, means of all runs' at screen px(20), screen py(44) font small textcolor rgb '#555555'
  set label 'Latency of correct answers' at screen px(80), screen py(68) 
  set arrow from screen px(312), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'tiny p99' at screen px(340), screen py(68) font small
  set arrow from screen px(412), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 2 linewidth 1.25 linecolor rgb '#0072b2'
  set label 'tiny p50' at screen px(440), screen py(68) font small
  set arrow from screen px(512), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'other''s p99' at screen px(540), screen py(68) font small
  set arrow from screen px(633), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 2 linewidth 1.25 linecolor rgb '#d55e00'
  set label 'other''s p50' at screen px(661), screen py(68) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(131)
  set bmargin at screen py(311)
  set xlabel ''
  set xtics nomirror format '' font small
  set logscale y 10
  set yrange [10:50]
  set ytics ('10 ms' 10, '20 ms' 20, '30 ms' 30, '40 ms' 40, '50 ms' 50)
  set object rectangle from 1.1, graph 0 to 2.1, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
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
  set label 'Correct answers per second' at screen px(80), screen py(341) 
  set arrow from screen px(312), screen py(341) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'tiny' at screen px(340), screen py(341) font small
  set arrow from screen px(384), screen py(341) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'other''s' at screen px(412), screen py(341) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(353)
  set bmargin at screen py(533)
  set xlabel ''
  set xtics nomirror format '' font small
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  set object rectangle from 1.1, graph 0 to 2.1, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set object rectangle from 1.1, graph 0 to 2.1, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow from 2.5, graph 0 to 2.5, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 1.6, graph 0 to 1.6, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 1.1, graph 0 to 1.1, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  plot \
    $chart2_curve1 with steps linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' notitle, \
    $chart2_curve2 with steps linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'Failures per second' at screen px(80), screen py(563) 
  set arrow from screen px(256), screen py(563) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'tiny' at screen px(284), screen py(563) font small
  set arrow from screen px(328), screen py(563) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'other''s' at screen px(356), screen py(563) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(575)
  set bmargin at screen py(755)
  set xlabel 'time, s'
  set xtics nomirror format '%g' font small
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  set object rectangle from 1.1, graph 0 to 2.1, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set object rectangle from 1.1, graph 0 to 2.1, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow from 2.5, graph 0 to 2.5, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 1.6, graph 0 to 1.6, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 1.1, graph 0 to 1.1, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  plot \
    $chart3_curve1 with steps linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' notitle, \
    $chart3_curve2 with steps linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  unset multiplot
  unset output
}
