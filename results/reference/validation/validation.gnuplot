# Draws validation.svg from validation.csv: gnuplot validation.gnuplot
# One point per judged quantity that is not zero on either side; bars are standard deviations.
set datafile separator comma
set terminal svg size 900,900 dynamic background rgb 'white' font 'sans-serif,14'
set output 'validation.svg'
set title 'Measured and simulated: every judged quantity, its mean and standard deviation'
set xlabel 'measured'
set ylabel 'simulated'
set logscale xy
set grid lc rgb '#dddddd' lw 1
set key top left
set size square
set xrange [0.1:100000]
set yrange [0.1:100000]
above_zero(x) = x > 0.1 ? x : 0.1001
is(goal) = (strcol(4) eq goal && strcol(12) ne 'reported' && $5 > 0 && $8 > 0)
low(mean, sd) = above_zero(mean - sd)
plot x with lines lc rgb '#888888' title 'equal', \
  1.1*x with lines lw 0.5 lc rgb '#bbbbbb' title '10 % apart', x/1.1 with lines lw 0.5 lc rgb '#bbbbbb' notitle, \
  for [i=1:6] 'validation.csv' every ::1 using \
    (is(word('kinds count time latency order replication', i)) ? $5 : NaN):8:(low($5, $6)):($5+$6):(low($8, $9)):($8+$9) \
    with xyerrorbars pt 7 ps 0.5 lw 1 lc rgb word('#d62728 #ff7f0e #2ca02c #1f77b4 #9467bd #8c564b', i) \
    title word('"failures by kind" "other counts" "times, s" "latencies, ms" "lost and phantom writes" "replica behind"', i)
