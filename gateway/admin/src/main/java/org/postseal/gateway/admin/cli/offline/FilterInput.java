package org.postseal.gateway.admin.cli.offline;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.GatewayConfig.BareLineEnds;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.policy.outcome.Reason;

/**
 * A message from a file or pipe, checked against the limits of a listener. LF counts as CRLF, since lines of files end
 * in it.
 */
public sealed interface FilterInput {
    /**
     * The message can take the road: all lines end in CRLF, the last one too.
     *
     * @param isEightBit whether an octet is above 127
     */
    record Taken(RawMessage message, boolean isEightBit) implements FilterInput {}

    /** A listener would have refused the message for this reason. */
    record Refused(Reason reason) implements FilterInput {}

    /** Reads the input to its end. */
    static FilterInput read(InputStream input, GatewayConfig.MessageLimits limits, Spool.Scope scope)
            throws IOException {
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
            if (spool.size() > limits.octets()) {
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
