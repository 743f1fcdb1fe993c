package org.postseal.gateway.admin.cli.offline;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.GatewayConfig.BareLineEnds;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.policy.Reason;

/** A message from a file or pipe, held to the limits a listener would hold it to; LF counts as CRLF, as files have it. */
public sealed interface FilterInput {
    /**
     * Fit for the road: lines end in CRLF, the last one too.
     *
     * @param isEightBit has an octet above 127
     */
    record Taken(RawMessage message, boolean isEightBit) implements FilterInput {}

    /** What a listener would have refused it for. */
    record Refused(Reason reason) implements FilterInput {}

    /** Reads to the end. */
    static FilterInput read(InputStream input, GatewayConfig.Limits limits, Spool.Scope scope) throws IOException {
        Spool spool = scope.newSpool();
        boolean normalise = limits.bareLineEnds() == BareLineEnds.NORMALISE;
        boolean isEightBit = false;
        long lineStart = 0;
        InputStream in = new BufferedInputStream(input, 1 << 16);
        int next = in.read();
        while (next >= 0) {
            int octet = next;
            next = in.read();
            boolean ends = octet == '\n' || (octet == '\r' && (next == '\n' || normalise));
            if (ends) {
                if (octet == '\r' && next == '\n') {
                    next = in.read();
                }
                endLine(spool);
            } else if (octet == '\r' || (octet == 0 && !normalise)) {
                return new Refused(Reason.BARE_LINE_END);
            } else {
                spool.write(octet == 0 ? ' ' : octet);
                isEightBit |= octet > 127;
            }
            if (limits.lineOctets() > 0 && spool.size() - lineStart > limits.lineOctets()) {
                return new Refused(Reason.LINE_TOO_LONG);
            }
            if (spool.size() > limits.messageOctets()) {
                return new Refused(Reason.MESSAGE_TOO_BIG);
            }
            if (ends) {
                lineStart = spool.size();
            }
        }
        if (spool.size() > lineStart) {
            endLine(spool);
        }
        return new Taken(spool.finish(), isEightBit);
    }

    private static void endLine(Spool spool) throws IOException {
        spool.write('\r');
        spool.write('\n');
    }
}
