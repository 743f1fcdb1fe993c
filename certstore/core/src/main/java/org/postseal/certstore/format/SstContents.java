package org.postseal.certstore.format;

import java.util.List;

/**
 * What a serialized store holds.
 *
 * @param elements those that could be read, whatever the problems
 * @param problems what makes the store one not to be used
 * @param warnings what the admin should know
 */
public record SstContents(List<SstElement> elements, List<Notice> problems, List<Notice> warnings) {
    public SstContents {
        elements = List.copyOf(elements);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /**
     * Something about one place.
     *
     * @param element the element it belongs to, 1 for the first
     * @param refusal {@link Refusal#MALFORMED}, or the limit that is exceeded
     */
    public record Notice(int element, int offset, Refusal refusal, String message) {
        @Override
        public String toString() {
            return message + " at offset " + offset;
        }
    }
}
