# One true failure and four blips: which takeovers did anybody need?
# To draw it again, after changes of your own: gnuplot sweep.gp

set encoding utf8

$chart1_curve1 << EOD
# /keepalived/advert_int, outage(static): down_timer_adverts=2
0.5 71.0399 44.4823 97.5975
1 107.486 82.6522 132.319
2 3.3586 2.91749 3.7997
EOD

$chart1_curve2 << EOD
# /keepalived/advert_int, outage(static): down_timer_adverts=3
0.5 101.863 72.7841 130.941
1 58.2088 38.8813 77.5363
2 5.35242 4.91623 5.78862
EOD

$chart1_curve3 << EOD
# /keepalived/advert_int, outage(static): down_timer_adverts=5
0.5 107.564 83.0772 132.051
1 4.06803 3.89116 4.24489
2 9.34983 8.91023 9.78942
EOD

$chart2_curve1 << EOD
# /keepalived/advert_int, needless_takeovers: down_timer_adverts=2
0.5 0 0 0
1 4 4 4
2 0 0 0
EOD

$chart2_curve2 << EOD
# /keepalived/advert_int, needless_takeovers: down_timer_adverts=3
0.5 4 4 4
1 1.5 0.892052 2.10795
2 0 0 0
EOD

$chart2_curve3 << EOD
# /keepalived/advert_int, needless_takeovers: down_timer_adverts=5
0.5 4 4 4
1 0 0 0
2 0 0 0
EOD

px(x) = x / 900.0
py(y) = 1 - y / 408.0

do for [format in "svg png"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,408 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,816 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'sweep.'.format
  set multiplot
  set xrange [0.41:2.09]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set label 'One true failure and four blips: which takeovers did anybody need?' at screen px(20), screen py(22) font large
  set label 'two-balancers-blips: means of 10 runs at each point and their 95 % intervals' at screen px(20), screen py(44) font small textcolor rgb '#555555'
  set arrow from screen px(20), screen py(66) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'down_timer_adverts=2' at screen px(48), screen py(66) font small
  set arrow from screen px(204), screen py(66) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'down_timer_adverts=3' at screen px(232), screen py(66) font small
  set arrow from screen px(388), screen py(66) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#009e73'
  set label 'down_timer_adverts=5' at screen px(416), screen py(66) font small
  set label 'outage(static)' at screen px(80), screen py(90) 
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(102)
  set bmargin at screen py(206)
  set xlabel ''
  set xtics ('' 0.5, '' 1, '' 2) nomirror font small
  unset logscale y
  set ytics autofreq format '%g s'
  set yrange [0:*]
  plot \
    $chart1_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart1_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart1_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart1_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle, \
    $chart1_curve3 with lines linewidth 1.5 linecolor rgb '#009e73' notitle, \
    $chart1_curve3 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#009e73' notitle
  unset label
  unset arrow
  unset object
  set label 'needless_takeovers' at screen px(80), screen py(236) 
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(248)
  set bmargin at screen py(352)
  set xlabel '/keepalived/advert_int'
  set xtics ('500ms' 0.5, '1s' 1, '2s' 2) nomirror font small
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  plot \
    $chart2_curve1 with lines linewidth 1.5 linecolor rgb '#0072b2' notitle, \
    $chart2_curve1 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#0072b2' notitle, \
    $chart2_curve2 with lines linewidth 1.5 dashtype (14, 10) linecolor rgb '#d55e00' notitle, \
    $chart2_curve2 with yerrorbars pointtype 7 pointsize 0.4 linewidth 1.25 linecolor rgb '#d55e00' notitle, \
    $chart2_curve3 with lines linewidth 1.5 linecolor rgb '#009e73' notitle, \
    $chart2_curve3 with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.25 linecolor rgb '#009e73' notitle
  unset label
  unset arrow
  unset object
  unset multiplot
  unset output
}
