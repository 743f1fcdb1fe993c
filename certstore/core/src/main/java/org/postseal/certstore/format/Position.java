package org.postseal.certstore.format;

/**
 * Where in a file something stands.
 *
 * @param file as the caller named it
 * @param element 1 for the first; 0 when it is about the whole file
 * @param place what {@code at} counts
 * @param at offset from 0, or line from 1; 0 when the format tells neither
 */
public record Position(String file, int element, Place place, long at) {
    /** What a position counts. */
    public enum Place {
        /** The element alone is known. */
        ELEMENT,
        /** Octets from the start of the file, 0 first. */
        OFFSET,
        /** Lines, 1 first. */
        LINE
    }

    /** The file as a whole. */
    public static Position file(String file) {
        return new Position(file, 0, Place.ELEMENT, 0);
    }

    static Position element(String file, int element) {
        return new Position(file, element, Place.ELEMENT, 0);
    }

    static Position offset(String file, int element, long offset) {
        return new Position(file, element, Place.OFFSET, offset);
    }

    static Position line(String file, int element, long line) {
        return new Position(file, element, Place.LINE, line);
    }

    @Override
    public String toString() {
        String start = element == 0 ? file : file + ": element " + element;
        return switch (place) {
            case ELEMENT -> start;
            case OFFSET -> start + " (offset " + at + ")";
            case LINE -> start + " (line " + at + ")";
        };
    }
}
