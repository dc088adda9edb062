# A web server dies and nobody notices: redispatch hides the 5 s that the health checks need
# To draw it again, after changes of your own: gnuplot sweep.gp

set encoding utf8

$chart1_curve1 << EOD
# /haproxy/default_server/check/inter, availability(static) during fault: redispatch=false
0.5 98.6226 98.3849 98.8604
1 97.0278 96.1356 97.92
2 94.4831 93.3401 95.6261
4 86.9817 85.7289 88.2345
EOD

$chart1_curve2 << EOD
# /haproxy/default_server/check/inter, availability(static) during fault: redispatch=true
0.5 100 100 100
1 100 100 100
2 100 100 100
4 100 100 100
EOD

$chart2_curve1 << EOD
# /haproxy/default_server/check/inter, availability(read) during fault: redispatch=false
0.5 98.5795 98.0844 99.0746
1 97.0569 96.5065 97.6072
2 94.4227 93.2359 95.6094
4 86.4875 84.2558 88.7192
EOD

$chart2_curve2 << EOD
# /haproxy/default_server/check/inter, availability(read) during fault: redispatch=true
0.5 99.9858 99.9464 100
1 99.9858 99.9464 100
2 99.9858 99.9464 100
4 99.9858 99.9464 100
EOD

$chart3_curve1 << EOD
# /haproxy/default_server/check/inter, availability(write) during fault: redispatch=false
0.5 98.4208 97.6484 99.1933
1 96.8104 95.4747 98.1461
2 94.0905 93.2821 94.899
4 86.5426 85.6942 87.3909
EOD

$chart3_curve2 << EOD
# /haproxy/default_server/check/inter, availability(write) during fault: redispatch=true
0.5 100 100 100
1 100 100 100
2 100 100 100
4 100 100 100
EOD

$chart4_curve1 << EOD
# /haproxy/default_server/check/inter, failed: redispatch=false
0.5 56.8 49.2781 64.3219
1 119.6 96.1958 143.004
2 223.6 192.304 254.896
4 529.4 481.483 577.317
EOD

$chart4_curve2 << EOD
# /haproxy/default_server/check/inter, failed: redispatch=true
0.5 0.2 0 0.75528
1 0.2 0 0.75528
2 0.2 0 0.75528
4 0.2 0 0.75528
EOD

$chart5_curve1 << EOD
# /haproxy/default_server/check/inter, outage(static): redispatch=false
0.5 1.00003 0.929376 1.07068
1 2.31988 1.86473 2.77503
2 4.52252 4.0418 5.00324
4 10.5762 9.7709 11.3815
EOD

$chart5_curve2 << EOD
# /haproxy/default_server/check/inter, outage(static): redispatch=true
0.5 0 0 0
1 0 0 0
2 0 0 0
4 0 0 0
EOD

$chart6_curve1 << EOD
# /haproxy/default_server/check/inter, outage(read): redispatch=false
0.5 0.978488 0.784417 1.17256
1 2.29258 1.85353 2.73163
2 4.53537 4.02237 5.04837
4 10.5676 9.67649 11.4588
EOD

$chart6_curve2 << EOD
# /haproxy/default_server/check/inter, outage(read): redispatch=true
0.5 0 0 0
1 0 0 0
2 0 0 0
4 0 0 0
EOD

$chart7_curve1 << EOD
# /haproxy/default_server/check/inter, outage(write): redispatch=false
0.5 0.91975 0.745098 1.0944
1 2.23379 1.68093 2.78665
2 4.37206 3.72323 5.0209
4 10.3966 9.73453 11.0586
EOD

$chart7_curve2 << EOD
# /haproxy/default_server/check/inter, outage(write): redispatch=true
0.5 0 0 0
1 0 0 0
2 0 0 0
4 0 0 0
EOD

$chart8_curve1 << EOD
# /haproxy/default_server/check/inter, detected: redispatch=false
0.5 1.13725 1.04355 1.23096
1 2.43202 1.97179 2.89225
2 4.65344 4.16956 5.13732
4 10.7122 9.8654 11.559
EOD

$chart8_curve2 << EOD
# /haproxy/default_server/check/inter, detected: redispatch=true
0.5 1.13725 1.04355 1.23096
1 2.43202 1.97179 2.89225
2 4.65344 4.16956 5.13732
4 10.7122 9.8654 11.559
EOD

$chart9_curve1 << EOD
# /haproxy/default_server/check/inter, recovery: redispatch=false
0.5 1.05917 0.962512 1.15583
1 2.36492 1.90238 2.82747
2 4.57829 4.0884 5.06817
4 10.6379 9.79241 11.4834
EOD

$chart9_curve2 << EOD
# /haproxy/default_server/check/inter, recovery: redispatch=true
0.5 0 0 0
1 0 0 0
2 0 0 0
4 0 0 0
EOD

px(x) = x / 900.0
py(y) = 1 - y / 846.0

do for [format in "svg png"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,846 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,1692 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'sweep.'.format
  set multiplot
  set xrange [0.29:4.21]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set label 'A web server dies and nobody notices: redispatch hides the 5 s that the health checks need' at screen px(20), screen py(22) font large
  set label 'nginx1-crash: means of 5 runs at each point and their 95 % intervals' at screen px(20), screen py(44) font small textcolor rgb '#555555'
  set arrow from screen px(20), screen py(66) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'redispatch=false' at screen px(48), screen py(66) font small
  set arrow from screen px(176), screen py(66) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'redispatch=true' at screen px(204), screen py(66) font small
  set label 'availability(static) during fault' at screen px(70), screen py(90) 
  set lmargin at screen px(70)
  set rmargin at screen px(440)
  set tmargin at screen py(102)
  set bmargin at screen py(206)
  set xlabel ''
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  unset logscale y
  set ytics autofreq format '%g %%'
  set yrange [*:100]
  plot \
    $chart1_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart1_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart1_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart1_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'availability(read) during fault' at screen px(524), screen py(90) 
  set lmargin at screen px(524)
  set rmargin at screen px(884)
  set tmargin at screen py(102)
  set bmargin at screen py(206)
  set xlabel ''
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  unset logscale y
  set ytics autofreq format '%g %%'
  set yrange [*:100]
  plot \
    $chart2_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart2_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart2_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart2_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'availability(write) during fault' at screen px(70), screen py(236) 
  set lmargin at screen px(70)
  set rmargin at screen px(440)
  set tmargin at screen py(248)
  set bmargin at screen py(352)
  set xlabel ''
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  unset logscale y
  set ytics autofreq format '%g %%'
  set yrange [*:100]
  plot \
    $chart3_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart3_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart3_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart3_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'failed' at screen px(524), screen py(236) 
  set lmargin at screen px(524)
  set rmargin at screen px(884)
  set tmargin at screen py(248)
  set bmargin at screen py(352)
  set xlabel ''
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  plot \
    $chart4_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart4_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart4_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart4_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'outage(static)' at screen px(70), screen py(382) 
  set lmargin at screen px(70)
  set rmargin at screen px(440)
  set tmargin at screen py(394)
  set bmargin at screen py(498)
  set xlabel ''
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  unset logscale y
  set ytics autofreq format '%g s'
  set yrange [0:*]
  plot \
    $chart5_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart5_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart5_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart5_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'outage(read)' at screen px(524), screen py(382) 
  set lmargin at screen px(524)
  set rmargin at screen px(884)
  set tmargin at screen py(394)
  set bmargin at screen py(498)
  set xlabel ''
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  unset logscale y
  set ytics autofreq format '%g s'
  set yrange [0:*]
  plot \
    $chart6_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart6_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart6_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart6_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'outage(write)' at screen px(70), screen py(528) 
  set lmargin at screen px(70)
  set rmargin at screen px(440)
  set tmargin at screen py(540)
  set bmargin at screen py(644)
  set xlabel ''
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  unset logscale y
  set ytics autofreq format '%g s'
  set yrange [0:*]
  plot \
    $chart7_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart7_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart7_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart7_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'detected' at screen px(524), screen py(528) 
  set lmargin at screen px(524)
  set rmargin at screen px(884)
  set tmargin at screen py(540)
  set bmargin at screen py(644)
  set xlabel '/haproxy/default_server/check/inter'
  set xtics ('500ms' 0.5, '1s' 1, '2s' 2, '4s' 4) nomirror font small
  unset logscale y
  set ytics autofreq format '%g s'
  set yrange [0:*]
  plot \
    $chart8_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart8_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart8_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart8_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'recovery' at screen px(70), screen py(674) 
  set lmargin at screen px(70)
  set rmargin at screen px(440)
  set tmargin at screen py(686)
  set bmargin at screen py(790)
  set xlabel '/haproxy/default_server/check/inter'
  set xtics ('500ms' 0.5, '1s' 1, '2s' 2, '4s' 4) nomirror font small
  unset logscale y
  set ytics autofreq format '%g s'
  set yrange [0:*]
  plot \
    $chart9_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart9_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart9_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart9_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  unset multiplot
  unset output
}
