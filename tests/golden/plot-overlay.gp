# Latency and requests over time
# To draw it again, after changes of your own: gnuplot timeline.gp

set encoding utf8

# result1 is 'tiny'
$result1 << EOD
# start of window (s), p50, p99 of correct answers (ms), correct, failed per second
0 16.6667 46.6667 30 0
1 NaN NaN 0 2
2 NaN NaN 0 0
3 20 20 5 0
4 NaN NaN 5 0
EOD

# result2 is 'other''s'
$result2 << EOD
# start of window (s), p50, p99 of correct answers (ms), correct, failed per second
0 16.6667 46.6667 30 0
1 NaN NaN 0 2
2 NaN NaN 0 0
3 20 20 5 0
4 NaN NaN 5 0
EOD

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,834 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,1668 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'timeline.'.format
  set multiplot
  set lmargin at screen 0.11
  set rmargin at screen 0.975
  set xrange [0:4]
  set xtics nomirror format ''
  set ytics nomirror
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set label 1001 'Latency and requests over time' at screen 0.5, screen 0.9808 center font large
  set label 1002 'windows of 1 s, means of all runs' at screen 0.5, screen 0.9568 center font small textcolor rgb '#666666'
  set object rectangle from 1.1, graph 0 to 2.1, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow 1 from 2.5, graph 0 to 2.5, screen 0.9197 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 1 'nginx@server1 ready' at 2.5, screen 0.9137 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set arrow 2 from 1.6, graph 0 to 1.6, screen 0.9197 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 2 'haproxy@lb1: server1 DOWN' at 1.6, screen 0.9137 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set arrow 3 from 1.1, graph 0 to 1.1, screen 0.9400 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 3 'crash of nginx@server1' at 1.1, screen 0.9341 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set tmargin at screen 0.8729
  set bmargin at screen 0.6331
  set key at graph 1, screen 0.8885 right center horizontal Left reverse samplen 2 font small
  set ylabel 'latency: p99, dotted p50'
  set logscale y 10
  set yrange [10:50]
  set ytics ('10 ms' 10, '20 ms' 20, '30 ms' 30, '40 ms' 40, '50 ms' 50)
  plot \
    $result1 using ($1+0.5):3 with lines linewidth 1.5 linecolor rgb '#0072b2' title 'tiny', \
    $result1 using ($1+0.5):2 with lines linewidth 1 dashtype 3 linecolor rgb '#0072b2' notitle, \
    $result2 using ($1+0.5):3 with lines linewidth 1.5 linecolor rgb '#d55e00' title 'other''s', \
    $result2 using ($1+0.5):2 with lines linewidth 1 dashtype 3 linecolor rgb '#d55e00' notitle
  unset label
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  set arrow 1 from 2.5, graph 0 to 2.5, graph 1 nohead front
  set arrow 2 from 1.6, graph 0 to 1.6, graph 1 nohead front
  set arrow 3 from 1.1, graph 0 to 1.1, graph 1 nohead front
  set tmargin at screen 0.5851
  set bmargin at screen 0.3453
  set key at graph 1, screen 0.6007 right center horizontal Left reverse samplen 2 font small
  set ylabel 'correct answers per second'
  plot \
    $result1 using 1:4 with steps linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $result2 using 1:4 with steps linewidth 1.5 linecolor rgb '#d55e00' notitle
  set tmargin at screen 0.2974
  set bmargin at screen 0.0576
  set key at graph 1, screen 0.3129 right center horizontal Left reverse samplen 2 font small
  set ylabel 'failures per second'
  set xtics format '%g'
  set xlabel 'time, s'
  plot \
    $result1 using 1:5 with steps linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $result2 using 1:5 with steps linewidth 1.5 linecolor rgb '#d55e00' notitle
  unset multiplot
  unset output
}
