# tiny: what each component was able to do (seed 1)
# To draw it again, after changes of your own: gnuplot states.gp

set encoding utf8

$spells << EOD
# from, until (s), row, half height, colour, state, why
0 1 0 0.12 0xc4cad0 up ""
1 1.5 0 0.38 0xcc79a7 unnoticed "nobody knows"
1.5 2 0 0.38 0xa6cbe8 noticed "haproxy@lb1: server1 DOWN"
2 4 0 0.12 0xc4cad0 up ""
0 4 1 0.12 0xc4cad0 up ""
0 1 2 0.12 0xc4cad0 up ""
1 2 2 0.38 0xd55e00 down "crash"
2 2.5 2 0.22 0x56b4e9 starting "starts after crash"
2.5 4 2 0.12 0xc4cad0 up ""
0 1.5 3 0.12 0xc4cad0 up ""
1.5 4 3 0.38 0xd55e00 down "haproxy@lb1 says DOWN: L4CON, refused"
EOD

px(x) = x / 900.0
py(y) = 1 - y / 214.0

do for [format in "svg png"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,214 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,428 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'states.'.format
  set multiplot
  set xrange [0:4]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set label 'tiny: what each component was able to do (seed 1)' at screen px(20), screen py(22) font large
  set arrow from screen px(205), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#c4cad0'
  set label 'up' at screen px(233), screen py(46) font small
  set arrow from screen px(263), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#d55e00'
  set label 'down' at screen px(291), screen py(46) font small
  set arrow from screen px(335), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#56b4e9'
  set label 'starting' at screen px(363), screen py(46) font small
  set arrow from screen px(435), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#cc79a7'
  set label 'unnoticed' at screen px(463), screen py(46) font small
  set arrow from screen px(542), screen py(46) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#a6cbe8'
  set label 'noticed' at screen px(570), screen py(46) font small
  set lmargin at screen px(205)
  set rmargin at screen px(884)
  set tmargin at screen py(62)
  set bmargin at screen py(158)
  set label 'haproxy@lb1' at 1.75, 0 center front font small
  set label 'crash' at 1.5, 2 center front font small
  set label 'DOWN: L4CON, refused' at 2.75, 3 center front font small
  set ytics ('who noticed' 0, \
    'haproxy@lb1' 1, \
    'nginx@server1' 2, \
    'server1 seen by haproxy@lb1' 3)
  set ytics scale 0 font small
  set yrange [3.6:-0.6]
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
