package org.postseal.certstore.format;

import java.util.List;

/**
 * The contents of a serialized store.
 *
 * @param elements the elements that could be read, whatever the problems
 * @param problems the reasons why the store must not be used
 * @param warnings what the administrator should know
 */
public record SstContents(List<SstElement> elements, List<Notice> problems, List<Notice> warnings) {
    public SstContents {
        elements = List.copyOf(elements);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /**
     * A message about one place.
     *
     * @param element the number of its element, 1 for the first
     * @param refusal {@link Refusal#MALFORMED}, or the limit that is exceeded
     */
    public record Notice(int element, int offset, Refusal refusal, String message) {
        @Override
        public String toString() {
            return message + " at offset " + offset;
        }
    }
}
