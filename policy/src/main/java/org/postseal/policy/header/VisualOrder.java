package org.postseal.policy.header;

import java.text.Bidi;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads texts in the order in which they stand on the screen. Where a text has letters that are written from right to
 * left, or invisible characters that say so, other letters, words and numbers stand in another order than in the text
 * (UAX #9).
 */
final class VisualOrder {
    private final int[] points;
    private final boolean[] isMirrored;

    private VisualOrder(int[] points, boolean[] isMirrored) {
        this.points = points;
        this.isMirrored = isMirrored;
    }

    /** Returns true if programs may show a text in another order. */
    static boolean differs(String text) {
        return RIGHT_TO_LEFT.matcher(text).find();
    }

    /**
     * Returns the orders in which programs show a text: in a line that begins on the left, and in one that begins on
     * the right. They are read from left to right, but each stretch of Hebrew or Arabic from right to left.
     */
    static List<String> of(String text) {
        return List.of(of(text, Bidi.DIRECTION_LEFT_TO_RIGHT), of(text, Bidi.DIRECTION_RIGHT_TO_LEFT));
    }

    private static String of(String text, int line) {
        Bidi bidi = new Bidi(text, line);
        int length = text.codePointCount(0, text.length());
        byte[] levels = new byte[length];
        Integer[] order = new Integer[length];
        int[] points = new int[length];
        for (int i = 0, at = 0; i < length; i++) {
            points[i] = text.codePointAt(at);
            levels[i] = (byte) bidi.getLevelAt(at);
            order[i] = i;
            at += Character.charCount(points[i]);
        }
        Bidi.reorderVisually(levels, 0, order, 0, length);
        VisualOrder visual = new VisualOrder(new int[length], new boolean[length]);
        for (int i = 0; i < length; i++) {
            visual.points[i] = points[order[i]];
            visual.isMirrored[i] = levels[order[i]] % 2 == 1;
        }
        return visual.read();
    }

    private String read() {
        StringBuilder text = new StringBuilder(points.length);
        for (int i = 0; i < points.length; i++) {
            int last = i;
            for (int end = i; isFromRight(points[i]) && end < points.length && !isFromLeft(points[end]); end++) {
                last = isFromRight(points[end]) ? end : last;
            }
            if (last > i) {
                for (int back = last; back >= i; back--) {
                    text.appendCodePoint(points[back]);
                }
            } else {
                text.appendCodePoint(isMirrored[i] ? mirrored(points[i]) : points[i]);
            }
            i = last;
        }
        return text.toString();
    }

    private static boolean isFromRight(int point) {
        byte direction = Character.getDirectionality(point);
        return Character.isLetter(point)
                && (direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC);
    }

    private static boolean isFromLeft(int point) {
        return Character.isLetterOrDigit(point) && !isFromRight(point);
    }

    private static int mirrored(int point) {
        int pair = BRACKETS.indexOf(point);
        return pair < 0 ? point : BRACKETS.charAt(pair ^ 1);
    }

    private static final String BRACKETS = "()[]{}<>\u00AB\u00BB";
    private static final Pattern RIGHT_TO_LEFT =
            Pattern.compile("[\\x{590}-\\x{8FF}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}"
                    + "\\x{FB1D}-\\x{FDFF}\\x{FE70}-\\x{FEFE}\\x{10800}-\\x{10FFF}\\x{1E800}-\\x{1EFFF}]");
}
