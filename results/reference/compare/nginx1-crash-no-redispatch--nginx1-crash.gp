# Latency and requests over time
# To draw it again, after changes of your own: gnuplot timeline.gp

set encoding utf8

$chart1_curve1 << EOD
# time, s, Latency of correct answers: nginx1-crash-no-redispatch p99
0 86.9647
1 90.793
2 88.1893
3 83.4025
4 83.4139
5 87.1617
6 83.259
7 85.6654
8 93.9548
9 83.3436
10 84.5812
11 83.4546
12 88.6652
13 87.6358
14 83.2396
15 85.7913
16 88.9372
17 83.2813
18 84.7086
19 83.236
20 83.2554
21 83.2794
22 83.4754
23 83.2709
24 94.7273
25 88.24
26 83.289
27 87.9977
28 84.7297
29 83.3106
30 83.3256
31 83.1897
32 84.39
33 85.9639
34 84.4603
35 83.177
36 83.3285
37 83.188
38 87.585
39 83.327
40 86.0043
41 83.2885
42 87.2179
43 85.7004
44 83.2052
45 83.1507
46 83.2307
47 86.0332
48 83.2358
49 83.2965
50 85.626
51 86.8751
52 83.2872
53 83.2642
54 87.718
55 86.2179
56 86.6799
57 83.4666
58 90.7791
59 91.5764
60 83.347
61 86.8586
62 83.2238
63 84.2188
64 83.2013
65 86.6612
66 83.2029
67 83.3891
68 89.6295
69 83.3041
70 92.24
71 88.7723
72 87.7887
73 85.7413
74 86.0937
75 83.3629
76 83.2237
77 88.8867
78 83.2611
79 83.2681
80 86.4841
81 83.3768
82 86.3865
83 87.5688
84 85.4876
85 83.1815
86 83.2717
87 90.1456
88 83.3756
89 87.476
90 83.1439
91 87.7441
92 83.1049
93 83.5529
94 83.2223
95 83.2393
96 83.3344
97 89.3036
98 83.4157
99 85.5423
100 91.2112
101 90.6404
102 83.2138
103 83.5012
104 93.8261
105 90.3474
106 83.3689
107 90.2646
108 86.9991
109 88.9057
110 83.3608
111 91.5721
112 83.2098
113 90.0969
114 90.5803
115 83.3797
116 88.9388
117 83.1907
118 83.2841
119 88.1067
120 88.1067

EOD

$chart1_curve2 << EOD
# time, s, Latency of correct answers: nginx1-crash-no-redispatch p50
0 82.6515
1 82.5655
2 82.6118
3 82.6214
4 82.6723
5 82.7044
6 82.5483
7 82.5501
8 82.6438
9 82.5756
10 82.6911
11 82.7077
12 82.6021
13 82.4687
14 82.5694
15 82.572
16 82.7131
17 82.4633
18 82.5116
19 82.5318
20 82.4889
21 82.5837
22 82.5879
23 82.5797
24 82.682
25 82.586
26 82.6547
27 82.5654
28 82.5773
29 82.5999
30 82.592
31 82.6309
32 82.5471
33 82.4934
34 82.6424
35 82.5009
36 82.5635
37 82.5391
38 82.6609
39 82.7082
40 82.6174
41 82.5557
42 82.4734
43 82.5856
44 82.7362
45 82.498
46 82.5118
47 82.4132
48 82.4117
49 82.4912
50 82.4245
51 82.4891
52 82.4089
53 82.4156
54 82.5608
55 82.4714
56 82.406
57 82.5246
58 82.4646
59 82.6263
60 82.4858
61 82.4434
62 82.4074
63 82.348
64 82.4579
65 82.5081
66 82.4145
67 82.5103
68 82.6579
69 82.4548
70 82.4143
71 82.4151
72 82.4824
73 82.4446
74 82.5293
75 82.5102
76 82.5355
77 82.417
78 82.4816
79 82.467
80 82.5685
81 82.5384
82 82.4654
83 82.4525
84 82.5915
85 82.5504
86 82.5314
87 82.5011
88 82.6582
89 82.6581
90 82.4533
91 82.5925
92 82.441
93 82.7633
94 82.5191
95 82.5605
96 82.6115
97 82.5868
98 82.586
99 82.766
100 82.5293
101 82.6164
102 82.5145
103 82.6687
104 82.519
105 82.399
106 82.584
107 82.5386
108 82.6291
109 82.5916
110 82.6377
111 82.545
112 82.4529
113 82.5556
114 82.6656
115 82.576
116 82.5906
117 82.5184
118 82.5457
119 82.541
120 82.541

EOD

$chart1_curve3 << EOD
# time, s, Latency of correct answers: nginx1-crash p99
0 86.9647
1 90.793
2 88.1893
3 83.4025
4 83.4139
5 87.1617
6 83.259
7 85.6654
8 93.9548
9 83.3436
10 84.5812
11 83.4546
12 88.6652
13 87.6358
14 83.2396
15 85.7913
16 88.9372
17 83.2813
18 84.7086
19 83.236
20 83.2554
21 83.2794
22 83.4754
23 83.2709
24 94.7273
25 88.24
26 83.289
27 87.9977
28 84.7297
29 83.3106
30 83.3256
31 83.1897
32 84.39
33 85.9639
34 84.4603
35 83.177
36 83.3285
37 83.188
38 87.585
39 83.327
40 85.9281
41 85.2341
42 87.4927
43 85.8058
44 86.2578
45 83.5303
46 83.3593
47 85.9487
48 83.2288
49 83.4306
50 85.5874
51 86.9273
52 83.2744
53 83.2031
54 87.722
55 86.3345
56 86.7345
57 83.2809
58 90.8341
59 91.6013
60 83.337
61 86.6488
62 83.2169
63 84.1335
64 83.2845
65 86.6645
66 83.1731
67 83.2941
68 89.7488
69 83.2313
70 92.2786
71 88.8471
72 87.8209
73 85.7872
74 86.124
75 83.2864
76 83.3418
77 88.7769
78 83.2785
79 83.2394
80 86.5165
81 83.3082
82 86.3624
83 87.7081
84 85.3994
85 83.2755
86 83.2111
87 90.1595
88 83.3277
89 87.513
90 83.163
91 87.8518
92 83.1707
93 83.5516
94 83.1774
95 83.2216
96 83.3797
97 89.3109
98 83.2401
99 85.5559
100 91.2215
101 90.6542
102 83.3301
103 83.6439
104 93.9148
105 90.2923
106 83.4006
107 90.1313
108 86.9212
109 88.8135
110 83.3235
111 91.5502
112 83.2658
113 90.1435
114 90.7426
115 83.3967
116 88.9374
117 83.4187
118 83.2565
119 88.1669
120 88.1669

EOD

$chart1_curve4 << EOD
# time, s, Latency of correct answers: nginx1-crash p50
0 82.6515
1 82.5655
2 82.6118
3 82.6214
4 82.6723
5 82.7044
6 82.5483
7 82.5501
8 82.6438
9 82.5756
10 82.6911
11 82.7077
12 82.6021
13 82.4687
14 82.5694
15 82.572
16 82.7131
17 82.4633
18 82.5116
19 82.5318
20 82.4889
21 82.5837
22 82.5879
23 82.5797
24 82.682
25 82.586
26 82.6547
27 82.5654
28 82.5773
29 82.5999
30 82.592
31 82.6309
32 82.5471
33 82.4934
34 82.6424
35 82.5009
36 82.5635
37 82.5391
38 82.6609
39 82.7082
40 82.6374
41 82.6999
42 82.7044
43 82.8849
44 82.8009
45 82.7511
46 82.4932
47 82.4537
48 82.4066
49 82.5353
50 82.4395
51 82.5493
52 82.3863
53 82.4146
54 82.4592
55 82.4258
56 82.406
57 82.5551
58 82.5267
59 82.5636
60 82.4858
61 82.3871
62 82.4015
63 82.3729
64 82.4081
65 82.5059
66 82.4584
67 82.4921
68 82.6122
69 82.4898
70 82.3987
71 82.4828
72 82.468
73 82.4331
74 82.4545
75 82.4478
76 82.4853
77 82.5246
78 82.4816
79 82.5295
80 82.5713
81 82.5455
82 82.5051
83 82.4361
84 82.6289
85 82.5504
86 82.5685
87 82.4832
88 82.6695
89 82.6602
90 82.4639
91 82.6089
92 82.5053
93 82.7496
94 82.5783
95 82.5356
96 82.5658
97 82.5656
98 82.6514
99 82.7475
100 82.5357
101 82.6366
102 82.5261
103 82.6784
104 82.5023
105 82.399
106 82.6052
107 82.5824
108 82.5758
109 82.5802
110 82.666
111 82.5208
112 82.5306
113 82.6317
114 82.6819
115 82.6043
116 82.539
117 82.5819
118 82.5578
119 82.5156
120 82.5156

EOD

$chart2_curve1 << EOD
# time, s, Correct answers per second: nginx1-crash-no-redispatch
0 103.8
1 97.8
2 104.8
3 96.8
4 97.8
5 100
6 96
7 101
8 102
9 96.6
10 99.6
11 99
12 91.8
13 100.4
14 101
15 104.2
16 98
17 98
18 100.4
19 97
20 104.4
21 98.2
22 106.4
23 97.4
24 101.6
25 98.4
26 95.2
27 104.4
28 99
29 94.2
30 99.2
31 89.6
32 97.4
33 94.2
34 103.4
35 104
36 101.2
37 108
38 98.2
39 101.2
40 92.8
41 73
42 52
43 47
44 44.6
45 56.6
46 99.4
47 103.6
48 98.6
49 95.2
50 102.2
51 100.4
52 104.2
53 103
54 99.8
55 98.8
56 100.6
57 94
58 102.2
59 93
60 96.2
61 94.6
62 104
63 98.8
64 102.8
65 95.6
66 102.6
67 101.4
68 98.6
69 105.4
70 98.4
71 102.8
72 106.6
73 97.2
74 102.6
75 100.2
76 96
77 99
78 105.2
79 95
80 96.8
81 100.6
82 98
83 100
84 104
85 99
86 102
87 97
88 99.6
89 99.4
90 100
91 106.2
92 102
93 89.8
94 95.2
95 102.8
96 96.4
97 101.2
98 106.4
99 105
100 96.8
101 101.6
102 96.8
103 95.6
104 104.2
105 101
106 101.4
107 102.8
108 92.2
109 98.8
110 97.8
111 97.4
112 102.8
113 92.8
114 100.6
115 94.2
116 107.2
117 98.4
118 92.8
119 101
120 101

EOD

$chart2_curve2 << EOD
# time, s, Correct answers per second: nginx1-crash
0 103.8
1 97.8
2 104.8
3 96.8
4 97.8
5 100
6 96
7 101
8 102
9 96.6
10 99.6
11 99
12 91.8
13 100.4
14 101
15 104.2
16 98
17 98
18 100.4
19 97
20 104.4
21 98.2
22 106.4
23 97.4
24 101.6
25 98.4
26 95.2
27 104.4
28 99
29 94.2
30 99.2
31 89.6
32 97.4
33 94.2
34 103.4
35 104
36 101.2
37 108
38 98.2
39 101.2
40 95.6
41 101.2
42 103.6
43 94.2
44 89.6
45 95.8
46 108.8
47 103.6
48 98.6
49 95.2
50 102.2
51 100.4
52 104.2
53 103
54 99.8
55 98.8
56 100.6
57 94
58 102.2
59 93
60 96.2
61 94.6
62 104
63 98.8
64 102.8
65 95.6
66 102.6
67 101.4
68 98.6
69 105.4
70 98.4
71 102.8
72 106.6
73 97.2
74 102.6
75 100.2
76 96
77 99
78 105.2
79 95
80 96.8
81 100.6
82 98
83 100
84 104
85 99
86 102
87 97
88 99.6
89 99.4
90 100
91 106.2
92 102
93 89.8
94 95.2
95 102.8
96 96.4
97 101.2
98 106.4
99 105
100 96.8
101 101.6
102 96.8
103 95.6
104 104.2
105 101
106 101.4
107 102.8
108 92.2
109 98.8
110 97.8
111 97.4
112 102.8
113 92.8
114 100.6
115 94.2
116 107.2
117 98.4
118 92.8
119 101
120 101

EOD

$chart3_curve1 << EOD
# time, s, Failures per second: nginx1-crash-no-redispatch
0 0
1 0
2 0
3 0
4 0
5 0
6 0
7 0
8 0
9 0
10 0
11 0
12 0
13 0
14 0
15 0
16 0
17 0
18 0
19 0
20 0
21 0
22 0
23 0
24 0
25 0
26 0
27 0
28 0
29 0
30 0
31 0
32 0
33 0
34 0
35 0
36 0
37 0
38 0
39 0
40 2.8
41 28.4
42 51.6
43 47.2
44 45
45 39.2
46 9.4
47 0
48 0
49 0
50 0
51 0
52 0
53 0
54 0
55 0
56 0
57 0
58 0
59 0
60 0
61 0
62 0
63 0
64 0
65 0
66 0
67 0
68 0
69 0
70 0
71 0
72 0
73 0
74 0
75 0
76 0
77 0
78 0
79 0
80 0
81 0
82 0
83 0
84 0
85 0
86 0
87 0
88 0
89 0
90 0
91 0
92 0
93 0
94 0
95 0
96 0
97 0
98 0
99 0
100 0
101 0
102 0
103 0
104 0
105 0
106 0
107 0
108 0
109 0
110 0
111 0
112 0
113 0
114 0
115 0
116 0
117 0
118 0
119 0
120 0

EOD

$chart3_curve2 << EOD
# time, s, Failures per second: nginx1-crash
0 0
1 0
2 0
3 0
4 0
5 0
6 0
7 0
8 0
9 0
10 0
11 0
12 0
13 0
14 0
15 0
16 0
17 0
18 0
19 0
20 0
21 0
22 0
23 0
24 0
25 0
26 0
27 0
28 0
29 0
30 0
31 0
32 0
33 0
34 0
35 0
36 0
37 0
38 0
39 0
40 0
41 0.2
42 0
43 0
44 0
45 0
46 0
47 0
48 0
49 0
50 0
51 0
52 0
53 0
54 0
55 0
56 0
57 0
58 0
59 0
60 0
61 0
62 0
63 0
64 0
65 0
66 0
67 0
68 0
69 0
70 0
71 0
72 0
73 0
74 0
75 0
76 0
77 0
78 0
79 0
80 0
81 0
82 0
83 0
84 0
85 0
86 0
87 0
88 0
89 0
90 0
91 0
92 0
93 0
94 0
95 0
96 0
97 0
98 0
99 0
100 0
101 0
102 0
103 0
104 0
105 0
106 0
107 0
108 0
109 0
110 0
111 0
112 0
113 0
114 0
115 0
116 0
117 0
118 0
119 0
120 0

EOD

px(x) = x / 900.0
py(y) = 1 - y / 812.0

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,812 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,1624 rounded background rgb 'white' \
      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2
  }
  small = format eq 'svg' ? ',11' : ',8.5'
  large = format eq 'svg' ? ',15' : ',11.5'
  set output 'timeline.'.format
  set multiplot
  set xrange [0:120]
  set ytics nomirror font small
  set border 3 linecolor rgb '#888888'
  set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1
  set errorbars small
  unset key
  set label 'Latency and requests over time' at screen px(20), screen py(22) font large
  set label 'windows of 1 s, means of all runs' at screen px(20), screen py(44) font small textcolor rgb '#555555'
  set label 'Latency of correct answers' at screen px(80), screen py(68) 
  set arrow from screen px(312), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'nginx1-crash-no-redispatch p99' at screen px(340), screen py(68) font small
  set arrow from screen px(566), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 2 linewidth 1.25 linecolor rgb '#0072b2'
  set label 'nginx1-crash-no-redispatch p50' at screen px(594), screen py(68) font small
  set arrow from screen px(312), screen py(86) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'nginx1-crash p99' at screen px(340), screen py(86) font small
  set arrow from screen px(468), screen py(86) rto screen px(22), screen 0 nohead \
    dashtype 2 linewidth 1.25 linecolor rgb '#d55e00'
  set label 'nginx1-crash p50' at screen px(496), screen py(86) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(132)
  set bmargin at screen py(312)
  set xlabel ''
  set xtics nomirror format '' font small
  set logscale y 10
  set yrange [70:100]
  set ytics ('70 ms' 70, '80 ms' 80, '90 ms' 90, '100 ms' 100)
  set object rectangle from 41.4213604, graph 0 to 81.4213604, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set object rectangle from 41.4213604, graph 0 to 81.4213604, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow from 84.0792506, graph 0 to 84.0792506, screen py(122) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'haproxy@lb1: server1 UP' at screen px(647), screen py(126) font small textcolor rgb '#555555'
  set arrow from 81.4213604, graph 0 to 81.4213604, screen py(105) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'nginx@server1 ready' at screen px(629), screen py(109) font small textcolor rgb '#555555'
  set arrow from 46.0748006, graph 0 to 46.0748006, screen py(122) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'haproxy@lb1: server1 DOWN' at screen px(392), screen py(126) font small textcolor rgb '#555555'
  set arrow from 41.4213604, graph 0 to 41.4213604, screen py(105) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'crash of nginx@server1' at screen px(361), screen py(109) font small textcolor rgb '#555555'
  plot \
    $chart1_curve1 with steps linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' notitle, \
    $chart1_curve2 with steps linewidth 1.25 dashtype 2 linecolor rgb '#0072b2' notitle, \
    $chart1_curve3 with steps linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle, \
    $chart1_curve4 with steps linewidth 1.25 dashtype 2 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'Correct answers per second' at screen px(80), screen py(342) 
  set arrow from screen px(312), screen py(342) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'nginx1-crash-no-redispatch' at screen px(340), screen py(342) font small
  set arrow from screen px(538), screen py(342) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'nginx1-crash' at screen px(566), screen py(342) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(354)
  set bmargin at screen py(534)
  set xlabel ''
  set xtics nomirror format '' font small
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  set object rectangle from 41.4213604, graph 0 to 81.4213604, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set object rectangle from 41.4213604, graph 0 to 81.4213604, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow from 84.0792506, graph 0 to 84.0792506, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 81.4213604, graph 0 to 81.4213604, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 46.0748006, graph 0 to 46.0748006, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 41.4213604, graph 0 to 41.4213604, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  plot \
    $chart2_curve1 with steps linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' notitle, \
    $chart2_curve2 with steps linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set label 'Failures per second' at screen px(80), screen py(564) 
  set arrow from screen px(256), screen py(564) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'nginx1-crash-no-redispatch' at screen px(284), screen py(564) font small
  set arrow from screen px(482), screen py(564) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'nginx1-crash' at screen px(510), screen py(564) font small
  set lmargin at screen px(80)
  set rmargin at screen px(884)
  set tmargin at screen py(576)
  set bmargin at screen py(756)
  set xlabel 'time, s'
  set xtics nomirror format '%g' font small
  unset logscale y
  set ytics autofreq format '%g'
  set yrange [0:*]
  set object rectangle from 41.4213604, graph 0 to 81.4213604, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set object rectangle from 41.4213604, graph 0 to 81.4213604, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow from 84.0792506, graph 0 to 84.0792506, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 81.4213604, graph 0 to 81.4213604, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 46.0748006, graph 0 to 46.0748006, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 41.4213604, graph 0 to 41.4213604, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  plot \
    $chart3_curve1 with steps linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' notitle, \
    $chart3_curve2 with steps linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  unset multiplot
  unset output
}
