# nginx1-crash: latency and requests over time
# To draw it again, after changes of your own: gnuplot timeline.gp

set encoding utf8

$latency << EOD
# start of window (s), p50, p99 of correct answers (ms)
0 82.0916 86.2378
1 82.0548 89.8913
2 82.0804 87.3615
3 82.0628 82.4444
4 82.1491 82.5462
5 82.1679 86.1033
6 82.0669 82.3931
7 82.0357 84.8288
8 82.0972 93.0376
9 82.0514 82.4412
10 82.1092 83.6201
11 82.1374 82.4728
12 82.0395 87.7243
13 82.0086 86.7297
14 82.0179 82.3378
15 82.0514 84.8796
16 82.1596 88.1
17 82.0029 82.3438
18 82.0272 83.8481
19 82.0379 82.3165
20 81.9894 82.3424
21 82.0481 82.4208
22 82.0884 82.4566
23 82.062 82.3648
24 82.1118 93.7378
25 82.086 87.3952
26 82.0799 82.3866
27 82.0153 87.0808
28 82.0835 83.7055
29 82.0682 82.3784
30 82.0552 82.3709
31 82.0758 82.3715
32 82.0297 83.4912
33 81.9991 85.1167
34 82.081 83.4937
35 82.0034 82.3782
36 82.0498 82.3282
37 82.0722 82.422
38 82.0375 86.5468
39 82.1309 82.4137
40 82.088 84.9388
41 82.0634 84.3682
42 82.0831 86.6428
43 82.1608 84.9762
44 82.1783 85.4332
45 82.1247 82.6429
46 82.1166 82.5
47 82.0788 85.0759
48 82.073 82.4214
49 82.1306 82.4736
50 82.109 84.7535
51 82.124 86.0994
52 82.063 82.4698
53 82.0517 82.3967
54 82.119 86.7973
55 82.0773 85.4153
56 82.0635 85.9682
57 82.1027 82.4079
58 82.1597 90.1306
59 82.1433 90.719
60 82.1009 82.4793
61 81.9825 85.8886
62 82.055 82.3537
63 82.0474 83.3475
64 82.0593 82.3656
65 82.1129 85.7145
66 82.0631 82.354
67 82.1031 82.4709
68 82.2414 88.791
69 82.0843 82.4213
70 82.0356 91.5442
71 82.0813 88.0166
72 82.1035 87.068
73 82.0779 84.9659
74 82.0503 85.1628
75 82.0851 82.4553
76 82.1296 82.5288
77 82.0752 87.9544
78 82.0938 82.3962
79 82.0959 82.4563
80 82.1471 85.5367
81 82.1078 82.4261
82 82.115 85.512
83 82.0497 86.7947
84 82.0932 84.6141
85 82.0283 82.3416
86 82.0328 82.3167
87 82.0232 89.2834
88 82.0953 82.386
89 82.1098 86.5279
90 81.9739 82.2111
91 82.0623 86.9427
92 81.9924 82.3035
93 82.1773 82.5634
94 82.0389 82.3076
95 82.0544 82.3265
96 82.0784 82.4439
97 82.0667 88.4613
98 82.0933 82.3533
99 82.1711 84.5176
100 82.0379 90.3084
101 82.0899 89.7456
102 82.0318 82.3269
103 82.1241 82.546
104 82.019 93.1
105 81.9256 89.4025
106 82.0937 82.4397
107 82.0751 89.2863
108 82.0341 86.0129
109 82.0846 87.9225
110 82.0919 82.3576
111 82.0268 90.7024
112 81.9842 82.3127
113 82.0992 89.1973
114 82.1176 89.7884
115 82.0998 82.5156
116 82.0976 88.0403
117 82.0414 82.4041
118 82.0285 82.3258
119 82.0352 87.2426
120 NaN NaN
EOD

$rates << EOD
# start of window (s), + 502, + correct answers; each on top of those before, per second
0 0 103.8
1 0 97.8
2 0 104.8
3 0 96.8
4 0 97.8
5 0 100
6 0 96
7 0 101
8 0 102
9 0 96.6
10 0 99.6
11 0 99
12 0 91.8
13 0 100.4
14 0 101
15 0 104.2
16 0 98
17 0 98
18 0 100.4
19 0 97
20 0 104.4
21 0 98.2
22 0 106.4
23 0 97.4
24 0 101.6
25 0 98.4
26 0 95.2
27 0 104.4
28 0 99
29 0 94.2
30 0 99.2
31 0 89.6
32 0 97.4
33 0 94.2
34 0 103.4
35 0 104
36 0 101.2
37 0 108
38 0 98.2
39 0 101.2
40 0 95.6
41 0.2 101.4
42 0 103.6
43 0 94.2
44 0 89.6
45 0 95.8
46 0 108.8
47 0 103.6
48 0 98.6
49 0 95.2
50 0 102.2
51 0 100.4
52 0 104.2
53 0 103
54 0 99.8
55 0 98.8
56 0 100.6
57 0 94
58 0 102.2
59 0 93
60 0 96.2
61 0 94.6
62 0 104
63 0 98.8
64 0 102.8
65 0 95.6
66 0 102.6
67 0 101.4
68 0 98.6
69 0 105.4
70 0 98.4
71 0 102.8
72 0 106.6
73 0 97.2
74 0 102.6
75 0 100.2
76 0 96
77 0 99
78 0 105.2
79 0 95
80 0 96.8
81 0 100.6
82 0 98
83 0 100
84 0 104
85 0 99
86 0 102
87 0 97
88 0 99.6
89 0 99.4
90 0 100
91 0 106.2
92 0 102
93 0 89.8
94 0 95.2
95 0 102.8
96 0 96.4
97 0 101.2
98 0 106.4
99 0 105
100 0 96.8
101 0 101.6
102 0 96.8
103 0 95.6
104 0 104.2
105 0 101
106 0 101.4
107 0 102.8
108 0 92.2
109 0 98.8
110 0 97.8
111 0 97.4
112 0 102.8
113 0 92.8
114 0 100.6
115 0 94.2
116 0 107.2
117 0 98.4
118 0 92.8
119 0 101
120 0 101
EOD

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,594 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,1188 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'timeline.'.format
  set multiplot
  set lmargin at screen 0.11
  set rmargin at screen 0.975
  set xrange [0:120]
  set xtics nomirror format ''
  set ytics nomirror
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set label 1001 'nginx1-crash: latency and requests over time' at screen 0.5, screen 0.9731 center font large
  set label 1002 'windows of 1 s, means of 5 runs' at screen 0.5, screen 0.9394 center font small textcolor rgb '#666666'
  set object rectangle from 41.4213604, graph 0 to 81.4213604, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow 1 from 84.0779548, graph 0 to 84.0779548, screen 0.8872 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 1 'haproxy@lb1: server1 UP' at 84.0779548, screen 0.8788 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set arrow 2 from 81.4213604, graph 0 to 81.4213604, screen 0.9158 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 2 'nginx@server1 ready' at 81.4213604, screen 0.9074 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set arrow 3 from 46.0736548, graph 0 to 46.0736548, screen 0.8872 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 3 'haproxy@lb1: server1 DOWN' at 46.0736548, screen 0.8788 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set arrow 4 from 41.4213604, graph 0 to 41.4213604, screen 0.9158 nohead \
    dashtype 2 linewidth 0.75 linecolor rgb '#444444'
  set label 4 'crash of nginx@server1' at 41.4213604, screen 0.9074 left offset 0.5,0 font small \
    textcolor rgb '#444444'
  set tmargin at screen 0.8215
  set bmargin at screen 0.4848
  set key at graph 1, screen 0.8434 right center horizontal Left reverse samplen 2 font small
  set ylabel 'latency of correct answers'
  set logscale y 10
  set yrange [70:100]
  set ytics ('70 ms' 70, '80 ms' 80, '90 ms' 90, '100 ms' 100)
  plot \
    $latency using ($1+0.5):3 with linespoints pointtype 7 pointsize 0.25 linewidth 1.5 linecolor rgb '#d55e00' title 'p99', \
    $latency using ($1+0.5):2 with linespoints pointtype 7 pointsize 0.25 linewidth 1.5 linecolor rgb '#0072b2' title 'p50'
  unset label
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  set arrow 1 from 84.0779548, graph 0 to 84.0779548, graph 1 nohead front
  set arrow 2 from 81.4213604, graph 0 to 81.4213604, graph 1 nohead front
  set arrow 3 from 46.0736548, graph 0 to 46.0736548, graph 1 nohead front
  set arrow 4 from 41.4213604, graph 0 to 41.4213604, graph 1 nohead front
  set tmargin at screen 0.4175
  set bmargin at screen 0.0808
  set key at graph 1, screen 0.4394 right center horizontal Left reverse samplen 2 font small
  set ylabel 'requests per second'
  set xtics format '%g'
  set xlabel 'time, s'
  plot \
    $rates using 1:3 with fillsteps fillstyle solid 1 noborder linecolor rgb '#cfdfe8' title 'correct answers', \
    $rates using 1:2 with fillsteps fillstyle solid 1 noborder linecolor rgb '#cc79a7' title '502'
  unset multiplot
  unset output
}
