package org.postseal.gateway.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Draws stacked bars over time, as SVG shapes and as a table. Bars are drawn in a box of {@link #WIDTH} by {@link
 * #HEIGHT} units, which the page stretches to fit. Words stand beside the box.
 *
 * @param series the names of the layers, from the bottom
 * @param columns the bars, from left to right
 * @param top the value at the upper edge
 */
public record BarChart(List<String> series, List<Column> columns, long top) {
    /**
     * Holds one bar.
     *
     * @param label the time it stands for
     * @param values one value for each of the series
     */
    public record Column(String label, List<Long> values) {
        public long sum() {
            return values.stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Holds a part of a bar.
     *
     * @param layer the index of its series
     */
    public record Shape(String series, int layer, String x, String y, String width, String height, String says) {}

    static BarChart of(List<String> series, List<Column> columns) {
        long highest = columns.stream().mapToLong(Column::sum).max().orElse(0);
        return new BarChart(List.copyOf(series), List.copyOf(columns), round(highest));
    }

    /** Returns all parts that are not empty. */
    public List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        double step = (double) WIDTH / Math.max(1, columns.size());
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            double bottom = HEIGHT;
            for (int j = 0; j < series.size(); j++) {
                long value = column.values().get(j);
                if (value > 0) {
                    // Every part that is not empty can be seen, even if it is one among millions.
                    double height = Math.max(2, (double) value / top * HEIGHT);
                    bottom -= height;
                    shapes.add(new Shape(
                            series.get(j),
                            j,
                            number(i * step + step * 0.1),
                            number(Math.max(0, bottom)),
                            number(step * 0.8),
                            number(height),
                            column.label() + ": " + value + " " + series.get(j)));
                }
            }
        }
        return shapes;
    }

    /** Returns the values at the horizontal lines, from the top. */
    public List<String> scale() {
        return LongStream.of(top, top / 2, 0).mapToObj(BarChart::thousands).toList();
    }

    /** Returns a few of the labels below, including the first and the last. */
    public List<String> ticks() {
        return spread(columns.stream().map(Column::label).toList());
    }

    /** Returns the first label, the last and two between them; all labels if there are no more than three. */
    static List<String> spread(List<String> labels) {
        int last = labels.size() - 1;
        return last < 3
                ? labels
                : List.of(0, last / 3, 2 * last / 3, last).stream()
                        .map(labels::get)
                        .toList();
    }

    /** Returns the sum of one series. */
    public long total(int of) {
        return columns.stream().mapToLong(column -> column.values().get(of)).sum();
    }

    public boolean isEmpty() {
        return columns.stream().allMatch(column -> column.sum() == 0);
    }

    /** Returns the number with narrow blanks between thousands. */
    public static String thousands(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', '\u202F');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    // Returns the smallest of the numbers 2, 4, 10, 20, 40, 100 and so on that is not below the value. Half of it is a
    // whole number.
    private static long round(long value) {
        long decade = 1;
        while (true) {
            for (long factor : List.of(2L, 4L, 10L)) {
                if (value <= factor * decade) {
                    return factor * decade;
                }
            }
            decade *= 10;
        }
    }

    public static final int WIDTH = 720;
    public static final int HEIGHT = 200;
}
