# tiny: latency and requests over time
# To draw it again, after changes of your own: gnuplot timeline.gp

set encoding utf8

$latency << EOD
# start of window (s), p50, p99 of correct answers (ms)
0 16.6667 46.6667
1 NaN NaN
2 NaN NaN
3 20 20
4 NaN NaN
EOD

$rates << EOD
# start of window (s), + 503, + correct answers; each on top of those before, per second
0 0 30
1 2 2
2 0 0
3 0 5
4 0 5
EOD

do for [format in "svg png"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,594 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,1188 rounded background rgb 'white' \
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
  set label 1001 'tiny: latency and requests over time' at screen 0.5, screen 0.9731 center font large
  set label 1002 'windows of 1 s, means of 2 runs' at screen 0.5, screen 0.9394 center font small textcolor rgb '#666666'
  set object rectangle from 1.1, graph 0 to 2.1, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow 1 from 2.5, graph 0 to 2.5, screen 0.8872 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 1 'nginx@server1 ready' at 2.5, screen 0.8788 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set arrow 2 from 1.6, graph 0 to 1.6, screen 0.8872 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 2 'haproxy@lb1: server1 DOWN' at 1.6, screen 0.8788 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set arrow 3 from 1.1, graph 0 to 1.1, screen 0.9158 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 3 'crash of nginx@server1' at 1.1, screen 0.9074 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set tmargin at screen 0.8215
  set bmargin at screen 0.4848
  set key at graph 1, screen 0.8434 right center horizontal Left reverse samplen 2 font small
  set ylabel 'latency of correct answers'
  set logscale y 10
  set yrange [10:50]
  set ytics ('10 ms' 10, '20 ms' 20, '30 ms' 30, '40 ms' 40, '50 ms' 50)
  plot \
    $latency using ($1+0.5):3 with linespoints pointtype 7 pointsize 0.25 linewidth 1.5 linecolor rgb '#d55e00' title 'p99', \
    $latency using ($1+0.5):2 with linespoints pointtype 7 pointsize 0.25 linewidth 1.5 linecolor rgb '#0072b2' title 'p50'
  unset label
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  set arrow 1 from 2.5, graph 0 to 2.5, graph 1 nohead front
  set arrow 2 from 1.6, graph 0 to 1.6, graph 1 nohead front
  set arrow 3 from 1.1, graph 0 to 1.1, graph 1 nohead front
  set tmargin at screen 0.4175
  set bmargin at screen 0.0808
  set key at graph 1, screen 0.4394 right center horizontal Left reverse samplen 2 font small
  set ylabel 'requests per second'
  set xtics format '%g'
  set xlabel 'time, s'
  plot \
    $rates using 1:3 with fillsteps fillstyle solid 1 noborder linecolor rgb '#cfdfe8' title 'correct answers', \
    $rates using 1:2 with fillsteps fillstyle solid 1 noborder linecolor rgb '#d55e00' title '503'
  unset multiplot
  unset output
}
