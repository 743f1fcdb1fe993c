package org.postseal.policy.facts;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.header.FieldReader;
import org.postseal.policy.header.FieldReadings;

/**
 * One MIME part of a message.
 *
 * @param mediaType as it is labelled, {@code type/subtype} in lower case
 * @param fileName the texts that mail programs may show as the name of the file; empty if the part names none
 */
public record Part(String mediaType, Optional<FieldReadings> fileName) {
    /** Returns a part whose file name is written once and plainly. */
    public static Part of(String mediaType, Optional<String> fileName) {
        return new Part(mediaType, fileName.map(name -> FieldReadings.of(new FieldReader(), List.of(name), true)));
    }
}
