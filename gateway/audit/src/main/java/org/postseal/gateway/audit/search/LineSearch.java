package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.postseal.gateway.audit.record.AuditLine;

/** Looks for records in octets of whole lines. Immutable. */
final class LineSearch {
    private final AuditQuery query;
    private final List<Needle> needles;

    LineSearch(AuditQuery query) {
        this.query = query;
        this.needles = query.needles();
    }

    /**
     * A record that fits.
     *
     * @param number the number of its line in the octets, from 0
     */
    record Found(int number, AuditLine line) {}

    /**
     * Returns the records that fit among the lines before this one, in their order. Octets without a line end are no
     * record.
     */
    List<Found> in(byte[] octets, int before) {
        List<Found> found = new ArrayList<>();
        if (!mayFit(octets, 0, octets.length)) {
            return found;
        }
        int number = 0;
        int start = 0;
        for (int i = 0; i < octets.length && number < before; i++) {
            if (octets[i] == '\n') {
                if (mayFit(octets, start, i)) {
                    int at = number;
                    AuditLine.read(new String(octets, start, i - start, UTF_8))
                            .filter(query::fits)
                            .ifPresent(line -> found.add(new Found(at, line)));
                }
                number++;
                start = i + 1;
            }
        }
        return found;
    }

    private boolean mayFit(byte[] octets, int from, int to) {
        for (Needle needle : needles) {
            if (!needle.isIn(octets, from, to)) {
                return false;
            }
        }
        return true;
    }
}
