# tiny: what each component was able to do (seed 1)
# To draw it again, after changes of your own: gnuplot states.gp

set encoding utf8

$spells << EOD
# from, until (s), row, half height, colour, state, why
0 4 0 0.12 0xc4cad0 up ""
0 1 1 0.12 0xc4cad0 up ""
1 2 1 0.38 0xd55e00 down "crash"
2 2.5 1 0.22 0x56b4e9 starting "starts after crash"
2.5 4 1 0.12 0xc4cad0 up ""
0 1.5 2 0.12 0xc4cad0 up ""
1.5 4 2 0.38 0xd55e00 down "haproxy@lb1 says DOWN: L4CON, refused"
EOD

do for [format in "svg png"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,202 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,404 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'states.'.format
  set title 'tiny: what each component was able to do (seed 1)' font large offset 0,1.2
  set xrange [0:4]
  set yrange [2.6:-0.6]
  set lmargin 28
  set ytics ('haproxy@lb1' 0, \
    'nginx@server1' 1, \
    'server1 seen by haproxy@lb1' 2)
  set xlabel 'time, s'
  set xtics nomirror
  set ytics scale 0
  set border 1 linecolor rgb '#888888'
  set grid x linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set tmargin at screen 0.6733
  set key at graph 1, screen 0.7624 right center horizontal Left reverse samplen 1
  set label 'crash' at 1.5, 1 center front font small
  set label 'DOWN: L4CON, refused' at 2.75, 2 center front font small
  plot $spells using 1:3:1:2:($3-$4):($3+$4):5 with boxxyerror fillstyle solid 1 noborder \
    linecolor rgb variable notitle, \
    NaN with boxes fillstyle solid 1 noborder linecolor rgb '#c4cad0' title 'up', \
    NaN with boxes fillstyle solid 1 noborder linecolor rgb '#e69f00' title 'impaired', \
    NaN with boxes fillstyle solid 1 noborder linecolor rgb '#d55e00' title 'down', \
    NaN with boxes fillstyle solid 1 noborder linecolor rgb '#56b4e9' title 'starting'
  unset output
}
