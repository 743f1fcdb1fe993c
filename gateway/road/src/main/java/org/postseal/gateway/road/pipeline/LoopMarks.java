package org.postseal.gateway.road.pipeline;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;

/**
 * What a copy carries so that it does not come twice.
 *
 * @param stamp by which we know it again
 * @param exchange the field by which a transport rule of Exchange knows that a message has been here; its value is a secret, so nobody outside can have a message pass us by
 */
public record LoopMarks(Optional<LoopStamp> stamp, Optional<HeaderField> exchange) {
    /** None. */
    public static final LoopMarks NONE = new LoopMarks(Optional.empty(), Optional.empty());

    /** Whether this very message has left here before. */
    boolean isSeen(Envelope envelope, HeaderBlock header, RawMessage message) throws IOException {
        return stamp.isPresent()
                && stamp.get()
                        .isOn(
                                header,
                                message,
                                envelope.peer().role(),
                                envelope.recipients().stream()
                                        .map(Recipient::address)
                                        .toList(),
                                envelope.received());
    }

    /** Whether a field of a message that comes must go, whatever it says: what leaves has ours. */
    boolean mustGo(HeaderField field) {
        return exchange.filter(ours -> field.is(ours.name())).isPresent();
    }

    /** The field for Exchange, for a copy that leaves as it came: without it Exchange would send that here for ever. */
    byte[] exchangeField() {
        return exchange.map(HeaderField::raw).orElseGet(() -> new byte[0]);
    }

    /** Whole fields for a copy that leaves. */
    byte[] fields(Envelope envelope, RawMessage copy, List<Recipient> recipients) throws IOException {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        fields.writeBytes(exchangeField());
        if (stamp.isPresent()) {
            fields.writeBytes(stamp.get()
                    .field(
                            copy,
                            envelope.peer().role(),
                            recipients.stream().map(Recipient::address).toList(),
                            envelope.received()));
        }
        return fields.toByteArray();
    }
}
