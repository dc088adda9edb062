# nginx1-crash: latency and requests over time
# To draw it again, after changes of your own: gnuplot timeline.gp

set encoding utf8

$chart1_curve1 << EOD
# time, s, Latency of correct answers: static p99
0 81.4421
1 89.8651
2 81.4738
3 81.52
4 81.4965
5 89.402
6 81.4833
7 81.494
8 97.8247
9 81.518
10 81.4863
11 81.4874
12 89.0392
13 90.061
14 81.4706
15 81.5116
16 88.533
17 81.5015
18 81.4903
19 81.5209
20 81.5052
21 81.4895
22 81.5345
23 81.4617
24 89.929
25 89.5634
26 81.5044
27 90.8098
28 81.5115
29 81.4847
30 81.5314
31 81.4951
32 81.5062
33 81.4977
34 81.4639
35 81.524
36 81.495
37 81.51
38 90.0567
39 81.4965
40 81.5346
41 85.2967
42 89.3591
43 81.6744
44 81.6855
45 81.6965
46 81.5504
47 81.5099
48 81.5049
49 81.5054
50 86.28
51 89.1257
52 81.5072
53 81.4823
54 90.646
55 81.4914
56 81.4625
57 81.4904
58 81.4665
59 92.2411
60 81.5293
61 88.3079
62 81.4858
63 81.5157
64 81.4951
65 88.4033
66 81.507
67 81.4757
68 89.5121
69 81.4759
70 90.1545
71 90.6421
72 90.6782
73 81.5316
74 81.4843
75 81.491
76 81.4822
77 90.5328
78 81.458
79 81.4673
80 87.8592
81 81.481
82 81.4802
83 90.0897
84 81.4793
85 81.523
86 81.5192
87 90.4147
88 81.5191
89 89.7982
90 81.5154
91 90.5221
92 81.5284
93 81.4527
94 81.4933
95 81.4818
96 81.5205
97 89.2997
98 81.4859
99 81.521
100 96.8162
101 89.8541
102 81.4827
103 81.4963
104 96.4836
105 89.5968
106 81.4954
107 92.1789
108 81.4782
109 90.6537
110 81.4694
111 90.9952
112 81.5171
113 89.7565
114 91.2182
115 81.5308
116 89.4297
117 81.4844
118 81.4868
119 90.9639
120 90.9639

EOD

$chart1_curve2 << EOD
# time, s, Latency of correct answers: static p50
0 81.152
1 81.152
2 81.152
3 81.152
4 81.152
5 81.152
6 81.152
7 81.152
8 81.152
9 81.152
10 81.152
11 81.152
12 81.152
13 81.152
14 81.152
15 81.152
16 81.152
17 81.152
18 81.152
19 81.152
20 81.152
21 81.152
22 81.152
23 81.152
24 81.152
25 81.152
26 81.152
27 81.152
28 81.152
29 81.152
30 81.152
31 81.152
32 81.152
33 81.152
34 81.152
35 81.152
36 81.152
37 81.152
38 81.152
39 81.152
40 81.1941
41 81.4354
42 81.5481
43 81.6576
44 81.4396
45 81.4831
46 81.152
47 81.152
48 81.152
49 81.152
50 81.152
51 81.152
52 81.152
53 81.152
54 81.152
55 81.152
56 81.152
57 81.152
58 81.152
59 81.152
60 81.152
61 81.152
62 81.152
63 81.152
64 81.152
65 81.152
66 81.152
67 81.152
68 81.152
69 81.152
70 81.152
71 81.152
72 81.152
73 81.152
74 81.152
75 81.152
76 81.152
77 81.152
78 81.152
79 81.152
80 81.152
81 81.152
82 81.152
83 81.152
84 81.152
85 81.152
86 81.152
87 81.152
88 81.152
89 81.152
90 81.152
91 81.152
92 81.152
93 81.152
94 81.152
95 81.152
96 81.152
97 81.152
98 81.152
99 81.152
100 81.152
101 81.152
102 81.152
103 81.152
104 81.152
105 81.152
106 81.152
107 81.152
108 81.152
109 81.152
110 81.152
111 81.152
112 81.152
113 81.152
114 81.152
115 81.152
116 81.152
117 81.152
118 81.152
119 81.152
120 81.152

EOD

$chart1_curve3 << EOD
# time, s, Latency of correct answers: read p99
0 95.3207
1 93.7177
2 99.1207
3 85.1627
4 84.6365
5 85.1138
6 84.71
7 92.4669
8 92.2865
9 84.8966
10 84.9243
11 84.8648
12 84.9691
13 84.6652
14 84.7203
15 91.781
16 91.0114
17 84.8919
18 84.6555
19 84.9038
20 85.0058
21 84.7789
22 85.1174
23 84.8587
24 104.573
25 84.8072
26 84.7526
27 84.8561
28 85.1161
29 84.8214
30 84.8606
31 84.4376
32 84.9252
33 92.8675
34 85.2237
35 84.8268
36 85.0467
37 84.5724
38 85.0765
39 84.6366
40 92.185
41 84.9848
42 84.92
43 91.5488
44 92.4607
45 85.2058
46 84.8657
47 92.1269
48 84.5207
49 84.8725
50 84.7146
51 84.6772
52 84.7289
53 84.6569
54 84.828
55 93.4437
56 91.8687
57 84.6086
58 101.733
59 93.9375
60 84.7628
61 84.4103
62 84.775
63 84.5001
64 84.9405
65 84.8046
66 84.5354
67 84.6737
68 91.9676
69 84.625
70 93.7521
71 84.6369
72 84.4617
73 91.0133
74 92.635
75 84.6771
76 84.7208
77 84.4512
78 84.6882
79 84.582
80 84.8302
81 84.6108
82 92.8019
83 84.9939
84 90.4097
85 84.9212
86 84.8305
87 91.5995
88 84.7766
89 85.183
90 84.9972
91 84.9705
92 84.8922
93 85.0455
94 84.6504
95 84.7366
96 84.9415
97 91.0707
98 84.5235
99 85.2026
100 84.7999
101 94.1259
102 85.1472
103 85.3859
104 93.4036
105 92.9715
106 85.0242
107 84.8043
108 93.8943
109 84.707
110 84.8147
111 91.4136
112 84.9055
113 92.5824
114 92.262
115 84.9708
116 84.7963
117 85.1432
118 84.9103
119 84.8618
120 84.8618

EOD

$chart1_curve4 << EOD
# time, s, Latency of correct answers: read p50
0 83.712
1 83.712
2 83.712
3 83.712
4 83.6423
5 83.5958
6 83.5986
7 83.712
8 83.712
9 83.712
10 83.712
11 83.712
12 83.648
13 83.6096
14 83.6272
15 83.712
16 83.6272
17 83.4975
18 83.4903
19 83.712
20 83.609
21 83.6375
22 83.6152
23 83.6189
24 83.712
25 83.6189
26 83.712
27 83.712
28 83.6384
29 83.712
30 83.712
31 83.712
32 83.712
33 83.712
34 83.712
35 83.712
36 83.6096
37 83.6108
38 83.712
39 83.712
40 83.692
41 83.6978
42 83.6172
43 83.5996
44 83.6235
45 83.712
46 83.2928
47 83.2
48 83.2
49 83.3688
50 83.2
51 83.3582
52 83.2
53 83.307
54 83.2
55 83.303
56 83.2939
57 83.4884
58 83.2825
59 83.3011
60 83.3592
61 83.2788
62 83.3036
63 83.2
64 83.3129
65 83.2792
66 83.3024
67 83.3934
68 83.2813
69 83.2826
70 83.3002
71 83.3927
72 83.2
73 83.284
74 83.2
75 83.2
76 83.3008
77 83.4659
78 83.3688
79 83.389
80 83.3143
81 83.3736
82 83.3063
83 83.3865
84 83.712
85 83.712
86 83.712
87 83.6027
88 83.712
89 83.712
90 83.712
91 83.712
92 83.712
93 83.6176
94 83.712
95 83.6389
96 83.638
97 83.5871
98 83.712
99 83.6074
100 83.712
101 83.712
102 83.584
103 83.712
104 83.712
105 83.712
106 83.5965
107 83.712
108 83.5889
109 83.5433
110 83.712
111 83.712
112 83.712
113 83.6021
114 83.712
115 83.6135
116 83.4812
117 83.5931
118 83.712
119 83.5982
120 83.5982

EOD

$chart1_curve5 << EOD
# time, s, Latency of correct answers: write p99
0 86.0988
1 85.4843
2 85.7544
3 85.6678
4 86.0179
5 85.688
6 85.7775
7 85.5708
8 85.845
9 85.9875
10 92.476
11 85.938
12 94.999
13 86.0246
14 85.8578
15 85.6375
16 85.8551
17 85.6457
18 95.027
19 85.7321
20 85.6203
21 85.7981
22 85.6998
23 85.736
24 85.8824
25 92.0765
26 85.6242
27 85.6534
28 93.7467
29 86.0578
30 85.9383
31 85.9093
32 94.5525
33 85.6176
34 92.7444
35 85.7812
36 85.6899
37 85.679
38 85.7584
39 85.8009
40 85.6468
41 85.6726
42 86.1001
43 85.8603
44 85.9505
45 86.0442
46 85.5524
47 85.8072
48 85.9368
49 85.8623
50 85.5448
51 85.7845
52 85.7771
53 85.8062
54 85.7391
55 85.6619
56 92.7683
57 85.7974
58 94.1205
59 85.9061
60 85.8783
61 85.6704
62 85.6776
63 93.2379
64 85.5967
65 85.9063
66 85.7885
67 85.8041
68 85.6523
69 85.6655
70 96.5392
71 94.0559
72 85.9839
73 85.9159
74 85.9522
75 85.7515
76 85.7171
77 93.7947
78 85.8187
79 85.8304
80 86.0823
81 85.6886
82 85.7525
83 85.7946
84 85.7402
85 85.8087
86 85.6195
87 85.7373
88 85.704
89 85.7971
90 85.6737
91 85.765
92 85.6339
93 85.497
94 85.7604
95 85.6983
96 85.8973
97 85.8688
98 85.662
99 96.1489
100 85.8137
101 85.8985
102 85.8186
103 85.9806
104 85.7823
105 85.7895
106 85.8462
107 94.3729
108 85.6375
109 92.2086
110 85.7398
111 94.2115
112 85.9531
113 86.0092
114 85.8402
115 85.7555
116 95.09
117 86.1739
118 85.6687
119 85.8385
120 85.8385

EOD

$chart1_curve6 << EOD
# time, s, Latency of correct answers: write p50
0 84.9468
1 84.736
2 84.9536
3 85.0376
4 84.736
5 84.8349
6 84.736
7 84.8542
8 84.8421
9 84.8384
10 85.0036
11 84.8967
12 84.9681
13 84.736
14 84.9712
15 84.8091
16 84.9222
17 84.632
18 84.8435
19 84.9141
20 84.8052
21 84.9067
22 84.736
23 84.9954
24 84.9461
25 84.819
26 85.0625
27 84.736
28 84.736
29 85.056
30 84.9564
31 85.0197
32 84.8199
33 84.8066
34 84.9394
35 84.9089
36 85.0446
37 84.736
38 85.0824
39 84.9946
40 84.8622
41 85.0136
42 85.0189
43 84.9854
44 85.0461
45 84.8264
46 84.8313
47 84.9395
48 84.736
49 84.7858
50 84.5805
51 84.8371
52 84.6921
53 84.736
54 84.6572
55 84.5517
56 84.5545
57 84.736
58 84.6962
59 84.736
60 84.736
61 84.9194
62 84.6647
63 84.8226
64 84.736
65 84.7929
66 84.8953
67 84.6016
68 84.6791
69 84.9636
70 84.7872
71 84.6639
72 84.8231
73 84.6385
74 84.8245
75 84.736
76 84.6749
77 84.8225
78 84.6301
79 84.9675
80 84.8186
81 84.6842
82 84.736
83 84.7004
84 84.7899
85 84.9335
86 85.0314
87 84.736
88 85.0471
89 84.8297
90 84.9273
91 84.9643
92 85.0522
93 84.8813
94 85.0372
95 84.736
96 84.736
97 84.9581
98 84.8311
99 85.039
100 84.8812
101 84.9334
102 85.0389
103 84.7951
104 84.736
105 84.992
106 84.9258
107 84.742
108 84.8438
109 84.9421
110 85.0324
111 84.6521
112 84.9138
113 84.9818
114 84.9152
115 84.8561
116 84.736
117 85.1169
118 84.939
119 84.9067
120 84.9067

EOD

$chart2_curve1 << EOD
# time, s, Requests per second by outcome: ok
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

$chart2_curve2 << EOD
# time, s, Requests per second by outcome: 502
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

$spells << EOD
# from, until (s), row, half height, colour, state, why
0 41.546374 0 0.12 0xc4cad0 up ""
41.546374 46.575358 0 0.38 0xcc79a7 unnoticed "nobody knows"
46.575358 81.546374 0 0.38 0xa6cbe8 noticed "haproxy@lb1: server1 DOWN"
81.546374 120 0 0.12 0xc4cad0 up ""
EOD

px(x) = x / 900.0
py(y) = 1 - y / 684.0

do for [format in "svg"] {
  reset
  if (format eq 'svg') {
    set terminal svg noenhanced size 900,684 dynamic rounded background rgb 'white' \
      font 'sans-serif,13'
  } else {
    set terminal pngcairo noenhanced size 1800,1368 rounded background rgb 'white' \
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
  set label 'nginx1-crash: latency and requests over time' at screen px(20), screen py(22) font large
  set label 'windows of 1 s, means of 5 runs' at screen px(20), screen py(44) font small textcolor rgb '#555555'
  set label 'Latency of correct answers' at screen px(93), screen py(68) 
  set arrow from screen px(325), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#0072b2'
  set label 'static p99' at screen px(353), screen py(68) font small
  set arrow from screen px(439), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 2 linewidth 1.25 linecolor rgb '#0072b2'
  set label 'static p50' at screen px(467), screen py(68) font small
  set arrow from screen px(553), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#d55e00'
  set label 'read p99' at screen px(581), screen py(68) font small
  set arrow from screen px(653), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 2 linewidth 1.25 linecolor rgb '#d55e00'
  set label 'read p50' at screen px(681), screen py(68) font small
  set arrow from screen px(753), screen py(68) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 1.75 linecolor rgb '#009e73'
  set label 'write p99' at screen px(781), screen py(68) font small
  set arrow from screen px(325), screen py(86) rto screen px(22), screen 0 nohead \
    dashtype 2 linewidth 1.25 linecolor rgb '#009e73'
  set label 'write p50' at screen px(353), screen py(86) font small
  set lmargin at screen px(93)
  set rmargin at screen px(884)
  set tmargin at screen py(132)
  set bmargin at screen py(312)
  set xlabel ''
  set xtics nomirror format '' font small
  set logscale y 10
  set yrange [70:200]
  set ytics ('70 ms' 70, '80 ms' 80, '90 ms' 90, '100 ms' 100, '200 ms' 200)
  set object rectangle from 41.4213604, graph 0 to 81.4213604, graph 1 behind \
    fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder
  set arrow from 84.0792506, graph 0 to 84.0792506, screen py(122) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'haproxy@lb1: server1 UP' at screen px(651), screen py(126) font small textcolor rgb '#555555'
  set arrow from 81.4213604, graph 0 to 81.4213604, screen py(105) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'nginx@server1 ready' at screen px(633), screen py(109) font small textcolor rgb '#555555'
  set arrow from 46.0748006, graph 0 to 46.0748006, screen py(122) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'haproxy@lb1: server1 DOWN' at screen px(400), screen py(126) font small textcolor rgb '#555555'
  set arrow from 41.4213604, graph 0 to 41.4213604, screen py(105) nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set label 'crash of nginx@server1' at screen px(370), screen py(109) font small textcolor rgb '#555555'
  plot \
    $chart1_curve1 with steps linewidth 1.75 dashtype 1 linecolor rgb '#0072b2' notitle, \
    $chart1_curve2 with steps linewidth 1.25 dashtype 2 linecolor rgb '#0072b2' notitle, \
    $chart1_curve3 with steps linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle, \
    $chart1_curve4 with steps linewidth 1.25 dashtype 2 linecolor rgb '#d55e00' notitle, \
    $chart1_curve5 with steps linewidth 1.75 dashtype 1 linecolor rgb '#009e73' notitle, \
    $chart1_curve6 with steps linewidth 1.25 dashtype 2 linecolor rgb '#009e73' notitle
  unset label
  unset arrow
  unset object
  set label 'Requests per second by outcome' at screen px(93), screen py(342) 
  set arrow from screen px(357), screen py(342) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 7 linecolor rgb '#7fb3d3'
  set label 'ok' at screen px(385), screen py(342) font small
  set arrow from screen px(415), screen py(342) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 7 linecolor rgb '#d55e00'
  set label '502' at screen px(443), screen py(342) font small
  set lmargin at screen px(93)
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
  set arrow from 84.0792506, graph 0 to 84.0792506, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 81.4213604, graph 0 to 81.4213604, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 46.0748006, graph 0 to 46.0748006, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  set arrow from 41.4213604, graph 0 to 41.4213604, graph 1 nohead dashtype 2 linewidth 0.75 \
    linecolor rgb '#555555'
  plot \
    $chart2_curve1 with fillsteps fillstyle solid 0.3 noborder linecolor rgb '#7fb3d3' notitle, \
    $chart2_curve1 with steps linewidth 1.75 dashtype 1 linecolor rgb '#7fb3d3' notitle, \
    $chart2_curve2 with fillsteps fillstyle solid 0.3 noborder linecolor rgb '#d55e00' notitle, \
    $chart2_curve2 with steps linewidth 1.75 dashtype 1 linecolor rgb '#d55e00' notitle
  unset label
  unset arrow
  unset object
  set arrow from screen px(93), screen py(564) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#c4cad0'
  set label 'up' at screen px(121), screen py(564) font small
  set arrow from screen px(151), screen py(564) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#cc79a7'
  set label 'unnoticed' at screen px(179), screen py(564) font small
  set arrow from screen px(258), screen py(564) rto screen px(22), screen 0 nohead \
    dashtype 1 linewidth 9 linecolor rgb '#a6cbe8'
  set label 'noticed' at screen px(286), screen py(564) font small
  set lmargin at screen px(93)
  set rmargin at screen px(884)
  set tmargin at screen py(580)
  set bmargin at screen py(628)
  set label 'haproxy@lb1: server1 DOWN' at 64.060866, 0 center front font small
  set ytics ('who noticed' 0)
  set ytics scale 0 font small
  set yrange [0.6:-0.6]
  set xlabel 'time, s'
  set xtics nomirror format '%g' font small
  set border 1
  set grid noy
  plot $spells using 1:3:1:2:($3-$4):($3+$4):5 with boxxyerror fillstyle solid 1 border linecolor rgb 'white' \
    linecolor rgb variable notitle
  unset label
  unset arrow
  unset multiplot
  unset output
}
