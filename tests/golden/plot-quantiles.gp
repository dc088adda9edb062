# tiny: latency of correct answers
# To draw it again, after changes of your own: gnuplot quantiles.gp

set encoding utf8

$curve1 << EOD
# quantile, latency (ms): before the failure
0.5 10
0.99 30
EOD

$curve2 << EOD
# quantile, latency (ms): during the failure
0.5 20
EOD

# The place of a quantile on the axis: each further nine has the same room.
nines(q) = q < 1 ? 1.0 / (1.0 - q) : NaN

do for [format in "svg png"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,480 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,960 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'quantiles.'.format
  set title 'tiny: latency of correct answers' font large
  set logscale x 10
  set xrange [1:115]
  set xtics ('0 %%' 1, '50 %%' 2, '90 %%' 10, '99 %%' 100, '99.9 %%' 1000, '99.99 %%' 10000, '99.999 %%' 100000, '99.9999 %%' 1e+06, '99.99999 %%' 1e+07)
  set logscale y 10
  set yrange [5:50]
  set ytics ('5 ms' 5, '10 ms' 10, '20 ms' 20, '50 ms' 50)
  set xlabel 'share of requests that were at least as fast'
  set ylabel 'latency'
  set xtics nomirror
  set ytics nomirror
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set key top left Left reverse samplen 2 opaque
  plot \
    $curve1 using (nines($1)):2 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' title 'before the failure', \
    $curve2 using (nines($1)):2 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' title 'during the failure'
  unset output
}
