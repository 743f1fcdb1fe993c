package org.postseal.certstore.format;

/**
 * A place in a file.
 *
 * @param file the name of the file as the caller gave it
 * @param element the number of the element, 1 for the first; 0 if the position is about the whole file
 * @param place what {@code at} counts
 * @param at the offset from 0 or the line from 1; 0 if the format tells neither
 */
public record Position(String file, int element, Place place, long at) {
    /** Says what a position counts. */
    public enum Place {
        /** It counts nothing, since only the element is known. */
        ELEMENT,
        /** It counts octets from the start of the file, starting with 0. */
        OFFSET,
        /** It counts lines, starting with 1. */
        LINE
    }

    /** Returns the position of the file as a whole. */
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
