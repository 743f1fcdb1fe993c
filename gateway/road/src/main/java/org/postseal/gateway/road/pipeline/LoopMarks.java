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
 * The marks on a copy by which the gateway and Exchange know that it was here before.
 *
 * @param stamp the mark by which the gateway knows a copy again
 * @param exchange the field by which a transport rule of Exchange knows that a message has passed the gateway; its
 * value is a secret, so that nobody outside can make a message bypass the gateway
 */
public record LoopMarks(Optional<LoopStamp> stamp, Optional<HeaderField> exchange) {
    /** No marks. */
    public static final LoopMarks NONE = new LoopMarks(Optional.empty(), Optional.empty());

    /** True if this very message has left the gateway before. */
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

    /** True if an incoming field must be removed whatever it says, because the outgoing copy has ours. */
    boolean mustGo(HeaderField field) {
        return exchange.filter(ours -> field.mayBe(ours.name())).isPresent();
    }

    /**
     * The field for Exchange, for a copy that leaves without a stamp. Without this field, Exchange would send the copy
     * back to the gateway for ever.
     */
    byte[] exchangeField() {
        return exchange.map(HeaderField::raw).orElseGet(() -> new byte[0]);
    }

    /** The whole fields for a copy that leaves. */
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
