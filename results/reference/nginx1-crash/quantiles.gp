# nginx1-crash: latency of correct answers
# To draw it again, after changes of your own: gnuplot quantiles.gp

set encoding utf8

$curve1 << EOD
# quantile, latency (ms): before the failure
0 81.152
0.1 81.152
0.2 81.152
0.3 81.152
0.4 81.152
0.5 81.664
0.6 82.176
0.7 82.688
0.8 82.688
0.9 83.712
0.95 83.712
0.98 84.224
0.99 84.224
0.995 84.224
0.998 84.736
0.999 121.088
0.9995 123.136
0.9998 123.648
0.9999 124.077
1 124.077
EOD

$curve2 << EOD
# quantile, latency (ms): during the failure
0 81.152
0.1 81.152
0.2 81.152
0.3 81.152
0.4 81.152
0.5 82.176
0.6 82.688
0.7 82.688
0.8 83.2
0.9 83.712
0.95 84.224
0.98 84.224
0.99 84.224
0.995 84.736
0.998 85.248
0.999 121.088
0.9995 122.624
0.9998 123.648
0.9999 124.16
1 124.254
EOD

$curve3 << EOD
# quantile, latency (ms): after the failure
0 81.152
0.1 81.152
0.2 81.152
0.3 81.152
0.4 81.152
0.5 81.152
0.6 82.176
0.7 82.688
0.8 82.688
0.9 83.712
0.95 83.712
0.98 84.224
0.99 84.224
0.995 84.224
0.998 84.736
0.999 121.088
0.9995 122.624
0.9998 123.648
0.9999 123.648
1 123.943
EOD

# The place of a quantile on the axis: each further nine has the same room.
nines(q) = q < 1 ? 1.0 / (1.0 - q) : NaN

do for [format in "svg"] {
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
  set title 'nginx1-crash: latency of correct answers' font large
  set logscale x 10
  set xrange [1:11500]
  set xtics ('0 %%' 1, '50 %%' 2, '90 %%' 10, '99 %%' 100, '99.9 %%' 1000, '99.99 %%' 10000, '99.999 %%' 100000, '99.9999 %%' 1e+06, '99.99999 %%' 1e+07)
  set logscale y 10
  set yrange [70:200]
  set ytics ('70 ms' 70, '80 ms' 80, '90 ms' 90, '100 ms' 100, '200 ms' 200)
  set xlabel 'share of requests that were at least as fast'
  set ylabel 'latency'
  set xtics nomirror
  set ytics nomirror
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set key top left Left reverse samplen 2 opaque
  plot \
    $curve1 using (nines($1)):2 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' title 'before the failure', \
    $curve2 using (nines($1)):2 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' title 'during the failure', \
    $curve3 using (nines($1)):2 with linespoints pointtype 7 pointsize 0.3 linewidth 1.75 dashtype 1 linecolor rgb '#009e73' title 'after the failure'
  unset output
}
