# Sweep
# To draw it again, after changes of your own: gnuplot sweep.gp

set encoding utf8

$panel1_series1 << EOD
# x, mean, half width of its interval: failed read
0 5 0.5
3 NaN 1
EOD

$panel1_series2 << EOD
# x, mean, half width of its interval: failed 
0 1 0
3 2 0
EOD

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,320 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,640 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'sweep.'.format
  set xrange [-0.18:3.18]
  set xtics ('0' 0, '3' 3) nomirror
  set ytics nomirror
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  set key at graph 1, graph 1.08 right horizontal samplen 2 font small
  set multiplot layout 1,1 title 'Sweep' font large
  set ylabel 'failed'
  unset logscale y
  set yrange [*:*]
  set xlabel '/haproxy/retries'
  plot \
    $panel1_series1 with lines linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel1_series1 with yerrorbars pointtype 7 pointsize 0.6 linewidth 1.25 linecolor rgb '#0072b2' title 'read', \
    $panel1_series2 with lines linewidth 1.25 linecolor rgb '#d55e00' notitle, \
    $panel1_series2 with yerrorbars pointtype 7 pointsize 0.6 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset multiplot
  unset output
}
