# A web server dies and nobody notices: redispatch hides the 5 s that the health checks need
# To draw it again, after changes of your own: gnuplot sweep.gp

set encoding utf8

$panel1_series1 << EOD
# x, mean, ends of its interval: availability(static) during fault redispatch=false
0.5 98.6129 98.3553 98.8706
1 97.0182 96.0489 97.9875
2 94.5044 93.2506 95.7581
4 87.0227 85.7366 88.3089
EOD

$panel1_series2 << EOD
# x, mean, ends of its interval: availability(static) during fault redispatch=true
0.5 100 100 100
1 100 100 100
2 100 100 100
4 100 100 100
EOD

$panel2_series1 << EOD
# x, mean, ends of its interval: availability(read) during fault redispatch=false
0.5 98.5788 98.0451 99.1125
1 97.0696 96.5088 97.6304
2 94.3921 93.2811 95.5031
4 86.4565 84.2381 88.6748
EOD

$panel2_series2 << EOD
# x, mean, ends of its interval: availability(read) during fault redispatch=true
0.5 99.9858 99.9464 100
1 99.9858 99.9464 100
2 99.9858 99.9464 100
4 99.9858 99.9464 100
EOD

$panel3_series1 << EOD
# x, mean, ends of its interval: availability(write) during fault redispatch=false
0.5 98.4536 97.826 99.0812
1 96.8411 95.7138 97.9684
2 94.0893 93.4242 94.7544
4 86.4813 85.8733 87.0892
EOD

$panel3_series2 << EOD
# x, mean, ends of its interval: availability(write) during fault redispatch=true
0.5 100 100 100
1 100 100 100
2 100 100 100
4 100 100 100
EOD

$panel4_series1 << EOD
# x, mean, ends of its interval: failed redispatch=false
0.5 56.8 49.2781 64.3219
1 119.4 96.161 142.639
2 223.6 192.304 254.896
4 529.4 481.483 577.317
EOD

$panel4_series2 << EOD
# x, mean, ends of its interval: failed redispatch=true
0.5 0.2 0 0.75528
1 0.2 0 0.75528
2 0.2 0 0.75528
4 0.2 0 0.75528
EOD

$panel5_series1 << EOD
# x, mean, ends of its interval: outage(static) redispatch=false
0.5 1.00003 0.929376 1.07068
1 2.31754 1.86514 2.76994
2 4.52252 4.0418 5.00324
4 10.5762 9.7709 11.3815
EOD

$panel5_series2 << EOD
# x, mean, ends of its interval: outage(static) redispatch=true
0.5 0 0 0
1 0 0 0
2 0 0 0
4 0 0 0
EOD

$panel6_series1 << EOD
# x, mean, ends of its interval: outage(read) redispatch=false
0.5 0.978488 0.784417 1.17256
1 2.29258 1.85353 2.73163
2 4.53537 4.02237 5.04837
4 10.5676 9.67649 11.4588
EOD

$panel6_series2 << EOD
# x, mean, ends of its interval: outage(read) redispatch=true
0.5 0 0 0
1 0 0 0
2 0 0 0
4 0 0 0
EOD

$panel7_series1 << EOD
# x, mean, ends of its interval: outage(write) redispatch=false
0.5 0.896721 0.719914 1.07353
1 2.21076 1.7035 2.71802
2 4.34904 3.69768 5.00039
4 10.3735 9.67452 11.0726
EOD

$panel7_series2 << EOD
# x, mean, ends of its interval: outage(write) redispatch=true
0.5 0 0 0
1 0 0 0
2 0 0 0
4 0 0 0
EOD

$panel8_series1 << EOD
# x, mean, ends of its interval: detected redispatch=false
0.5 1.13236 1.03886 1.22585
1 2.42976 1.96953 2.89
2 4.65229 4.16846 5.13613
4 10.7116 9.86491 11.5583
EOD

$panel8_series2 << EOD
# x, mean, ends of its interval: detected redispatch=true
0.5 1.13236 1.03886 1.22585
1 2.42976 1.96953 2.89
2 4.65229 4.16846 5.13613
4 10.7116 9.86491 11.5583
EOD

$panel9_series1 << EOD
# x, mean, ends of its interval: recovery redispatch=false
0.5 1.05917 0.962512 1.15583
1 2.36258 1.90324 2.82193
2 4.57829 4.0884 5.06817
4 10.6379 9.79241 11.4834
EOD

$panel9_series2 << EOD
# x, mean, ends of its interval: recovery redispatch=true
0.5 0 0 0
1 0 0 0
2 0 0 0
4 0 0 0
EOD

do for [format in "svg png"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,850 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,1700 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'sweep.'.format
  set xrange [0.29:4.21]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set multiplot
  set label 'A web server dies and nobody notices: redispatch hides the 5 s that the health checks need' at screen 0.0222, screen 0.9741 font large
  set label 'nginx1-crash: means of 5 runs at each point and their 95 % intervals' at screen 0.0222, screen 0.9482 font small textcolor rgb '#555555'
  set label 'redispatch=false' at screen 0.0267, screen 0.9224 font small offset 0.6,0 point pointtype 7 pointsize 0.8 linecolor rgb '#0072b2'
  set label 'redispatch=true' at screen 0.1911, screen 0.9224 font small offset 0.6,0 point pointtype 7 pointsize 0.8 linecolor rgb '#d55e00'
  set label '/haproxy/default_server/check/inter' at screen 0.5000, screen 0.0188 center
  set lmargin at screen 0.0778
  set rmargin at screen 0.4889
  set tmargin at screen 0.8824
  set bmargin at screen 0.7600
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  set label 'availability(static) during fault' at screen 0.0778, screen 0.9000 
  set format y '%g %%'
  set yrange [*:100]
  plot \
    $panel1_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel1_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel1_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel1_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  set lmargin at screen 0.5822
  set rmargin at screen 0.9822
  set tmargin at screen 0.8824
  set bmargin at screen 0.7600
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  set label 'availability(read) during fault' at screen 0.5822, screen 0.9000 
  set format y '%g %%'
  set yrange [*:100]
  plot \
    $panel2_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel2_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel2_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel2_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  set lmargin at screen 0.0778
  set rmargin at screen 0.4889
  set tmargin at screen 0.7106
  set bmargin at screen 0.5882
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  set label 'availability(write) during fault' at screen 0.0778, screen 0.7282 
  set format y '%g %%'
  set yrange [*:100]
  plot \
    $panel3_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel3_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel3_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel3_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  set lmargin at screen 0.5822
  set rmargin at screen 0.9822
  set tmargin at screen 0.7106
  set bmargin at screen 0.5882
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  set label 'failed' at screen 0.5822, screen 0.7282 
  set format y '%g'
  set yrange [0:*]
  plot \
    $panel4_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel4_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel4_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel4_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  set lmargin at screen 0.0778
  set rmargin at screen 0.4889
  set tmargin at screen 0.5388
  set bmargin at screen 0.4165
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  set label 'outage(static)' at screen 0.0778, screen 0.5565 
  set format y '%g s'
  set yrange [0:*]
  plot \
    $panel5_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel5_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel5_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel5_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  set lmargin at screen 0.5822
  set rmargin at screen 0.9822
  set tmargin at screen 0.5388
  set bmargin at screen 0.4165
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  set label 'outage(read)' at screen 0.5822, screen 0.5565 
  set format y '%g s'
  set yrange [0:*]
  plot \
    $panel6_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel6_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel6_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel6_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  set lmargin at screen 0.0778
  set rmargin at screen 0.4889
  set tmargin at screen 0.3671
  set bmargin at screen 0.2447
  set xtics ('' 0.5, '' 1, '' 2, '' 4) nomirror font small
  set label 'outage(write)' at screen 0.0778, screen 0.3847 
  set format y '%g s'
  set yrange [0:*]
  plot \
    $panel7_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel7_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel7_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel7_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  set lmargin at screen 0.5822
  set rmargin at screen 0.9822
  set tmargin at screen 0.3671
  set bmargin at screen 0.2447
  set xtics ('500ms' 0.5, '1s' 1, '2s' 2, '4s' 4) nomirror font small
  set label 'detected' at screen 0.5822, screen 0.3847 
  set format y '%g s'
  set yrange [0:*]
  plot \
    $panel8_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel8_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel8_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel8_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  set lmargin at screen 0.0778
  set rmargin at screen 0.4889
  set tmargin at screen 0.1953
  set bmargin at screen 0.0729
  set xtics ('500ms' 0.5, '1s' 1, '2s' 2, '4s' 4) nomirror font small
  set label 'recovery' at screen 0.0778, screen 0.2129 
  set format y '%g s'
  set yrange [0:*]
  plot \
    $panel9_series1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $panel9_series1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $panel9_series2 with lines linewidth 1.5 linecolor rgb '#d55e00' dashtype (14, 10) notitle, \
    $panel9_series2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle
  unset label
  unset multiplot
  unset output
}
