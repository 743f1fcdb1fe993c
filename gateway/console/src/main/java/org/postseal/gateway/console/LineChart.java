package org.postseal.gateway.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws durations over time as lines on a logarithmic scale, as SVG paths and as a table. They are drawn in the same
 * box as in {@link BarChart}.
 *
 * @param series the names of the lines
 * @param columns the steps of time, from left to right
 * @param lowest the power of ten at the lower edge, in nanoseconds
 * @param highest the power of ten at the upper edge
 */
public record LineChart(List<String> series, List<Column> columns, int lowest, int highest) {
    /**
     * Holds a step of time.
     *
     * @param label the time it stands for
     * @param count the number of durations
     * @param values nanoseconds for each of the series; none if there were no durations
     */
    public record Column(String label, long count, List<Long> values) {
        /** Returns the values as the table shows them. */
        public List<String> texts() {
            return values.stream().map(Durations::text).toList();
        }
    }

    static LineChart of(List<String> series, List<Column> columns) {
        long least = columns.stream()
                .flatMap(column -> column.values().stream())
                .mapToLong(Long::longValue)
                .min()
                .orElse(1);
        long most = columns.stream()
                .flatMap(column -> column.values().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(1);
        int lowest = (int) Math.floor(Math.log10((double) Math.max(1, least)));
        int highest = Math.max(lowest + 1, (int) Math.ceil(Math.log10((double) Math.max(1, most))));
        return new LineChart(List.copyOf(series), List.copyOf(columns), lowest, highest);
    }

    public boolean isEmpty() {
        return columns.stream().allMatch(column -> column.count() == 0);
    }

    /**
     * Returns the path of a line: a level piece for each step, joined to the next piece if the next step has a value
     * too.
     */
    public String path(int of) {
        StringBuilder path = new StringBuilder();
        double step = (double) BarChart.WIDTH / Math.max(1, columns.size());
        boolean isJoined = false;
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            if (column.values().isEmpty()) {
                isJoined = false;
                continue;
            }
            String y = number(height(column.values().get(of)));
            path.append(isJoined ? "V" + y : "M" + number(i * step) + " " + y)
                    .append('H')
                    .append(number((i + 1) * step));
            isJoined = true;
        }
        return path.toString();
    }

    /** Returns a horizontal line for each power of ten. */
    public String grid() {
        StringBuilder path = new StringBuilder();
        for (int power = lowest; power <= highest; power++) {
            path.append("M0 ")
                    .append(number(height(Math.pow(10, power))))
                    .append('H')
                    .append(BarChart.WIDTH);
        }
        return path.toString();
    }

    /** Returns the values at the horizontal lines, from the top. */
    public List<String> scale() {
        List<String> scale = new ArrayList<>();
        for (int power = highest; power >= lowest; power--) {
            scale.add(round(power));
        }
        return scale;
    }

    /** Returns a few of the labels below, including the first and the last. */
    public List<String> ticks() {
        return BarChart.spread(columns.stream().map(Column::label).toList());
    }

    private double height(double value) {
        double share = (Math.log10(Math.max(1, value)) - lowest) / (highest - lowest);
        return BarChart.HEIGHT * (1 - Math.clamp(share, 0, 1));
    }

    private static String round(int power) {
        long value = Math.round(Math.pow(10, power));
        if (value < 1_000) {
            return value + " ns";
        }
        if (value < 1_000_000) {
            return value / 1_000 + " µs";
        }
        return value < 1_000_000_000 ? value / 1_000_000 + " ms" : value / 1_000_000_000 + " s";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
