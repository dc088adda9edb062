# nginx1-crash: what each component was able to do (seed 1)
# To draw it again, after changes of your own: gnuplot states.gp

set encoding utf8

$spells << EOD
# from, until (s), row, half height, colour, state, why
0 120 0 0.12 0xc4cad0 up ""
0 120 1 0.12 0xc4cad0 up ""
0 120 2 0.12 0xc4cad0 up ""
0 41.546374 3 0.12 0xc4cad0 up ""
41.546374 81.546374 3 0.38 0xd55e00 down "crash"
81.546374 120 3 0.12 0xc4cad0 up ""
0 46.574083 4 0.12 0xc4cad0 up ""
46.574083 84.578383 4 0.38 0xd55e00 down "haproxy@lb1 says DOWN: L4CON, connection refused"
84.578383 120 4 0.12 0xc4cad0 up ""
EOD

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,250 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,500 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'states.'.format
  set title 'nginx1-crash: what each component was able to do (seed 1)' font large offset 0,1.2
  set xrange [0:120]
  set yrange [4.6:-0.6]
  set lmargin 28
  set ytics ('app@server1' 0, \
    'app@server2' 1, \
    'haproxy@lb1' 2, \
    'nginx@server1' 3, \
    'server1 seen by haproxy@lb1' 4)
  set xlabel 'time, s'
  set xtics nomirror
  set ytics scale 0
  set border 1 linecolor rgb '#888888'
  set grid x linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set tmargin at screen 0.7360
  set key at graph 1, screen 0.8080 right center horizontal Left reverse samplen 1
  set label 'crash' at 61.546374, 3 center front font small
  set label 'DOWN: L4CON, connection refused' at 65.576233, 4 center front font small
  plot $spells using 1:3:1:2:($3-$4):($3+$4):5 with boxxyerror fillstyle solid 1 noborder \
    linecolor rgb variable notitle, \
    NaN with boxes fillstyle solid 1 noborder linecolor rgb '#c4cad0' title 'up', \
    NaN with boxes fillstyle solid 1 noborder linecolor rgb '#e69f00' title 'impaired', \
    NaN with boxes fillstyle solid 1 noborder linecolor rgb '#d55e00' title 'down', \
    NaN with boxes fillstyle solid 1 noborder linecolor rgb '#56b4e9' title 'starting'
  unset output
}
