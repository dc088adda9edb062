# nginx1-crash: what each component was able to do (seed 1)
# To draw it again, after changes of your own: gnuplot states.gp

set encoding utf8

$spells << EOD
# from, until (s), row, half height, colour, state, why
0 120 0 0.12 0xc4cad0 up ""
0 41.546374 1 0.12 0xc4cad0 up ""
41.546374 46.575358 1 0.38 0xcc79a7 unnoticed "nobody knows"
46.575358 81.546374 1 0.38 0xa6cbe8 noticed "haproxy@lb1: server1 DOWN"
81.546374 120 1 0.12 0xc4cad0 up ""
0 120 2 0.12 0xc4cad0 up ""
0 120 3 0.12 0xc4cad0 up ""
0 120 4 0.12 0xc4cad0 up ""
0 41.546374 5 0.12 0xc4cad0 up ""
41.546374 81.546374 5 0.38 0xd55e00 down "crash"
81.546374 120 5 0.12 0xc4cad0 up ""
0 46.575358 6 0.12 0xc4cad0 up ""
46.575358 84.579808 6 0.38 0xd55e00 down "haproxy@lb1 says DOWN: L4CON, connection refused"
84.579808 120 6 0.12 0xc4cad0 up ""
EOD

px(x) = x / 900.0
py(y) = 1 - y / 286.0

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,286 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,572 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'states.'.format
  set multiplot
  set xrange [0:120]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set label 'nginx1-crash: what each component was able to do (seed 1)' at screen px(20), screen py(22) font large
  set arrow from screen px(205), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#c4cad0'
  set label 'up' at screen px(233), screen py(46) font small
  set arrow from screen px(263), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#d55e00'
  set label 'down' at screen px(291), screen py(46) font small
  set arrow from screen px(335), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#cc79a7'
  set label 'unnoticed' at screen px(363), screen py(46) font small
  set arrow from screen px(442), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#a6cbe8'
  set label 'noticed' at screen px(470), screen py(46) font small
  set lmargin at screen px(205)
  set rmargin at screen px(884)
  set tmargin at screen py(62)
  set bmargin at screen py(230)
  set label 'haproxy@lb1: server1 DOWN' at 64.060866, 1 center front font small
  set label 'crash' at 61.546374, 5 center front font small
  set label 'DOWN' at 65.577583, 6 center front font small
  set ytics ('clients, all runs' 0, \
    'who noticed' 1, \
    'app@server1' 2, \
    'app@server2' 3, \
    'haproxy@lb1' 4, \
    'nginx@server1' 5, \
    'server1 seen by haproxy@lb1' 6)
  set ytics scale 0 font small
  set yrange [6.6:-0.6]
  set xlabel 'time, s'
  set xtics nomirror format '%g' font small
  set border 1
  set grid noy
  plot $spells using 1:3:1:2:($3-$4):($3+$4):5 with boxxyerror fillstyle solid 1 border linecolor rgb 'white' \
    linecolor rgb variable notitle
  unset label
  unset arrow
  unset multiplot
  unset output
}
