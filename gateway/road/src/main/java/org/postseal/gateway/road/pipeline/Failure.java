package org.postseal.gateway.road.pipeline;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.smime.SealException;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failure of recipients who do not get a message because of a fault.
 *
 * @param detail the cause, for the audit log
 */
record Failure(Reason reason, String detail) {
    /**
     * The failure of a whole message. This is the border of the pipeline: an unforeseen fault defers the message and
     * never lets it go on.
     */
    static Failure of(QueueId queueId, Throwable fault) {
        if (fault instanceof GivenUpException) {
            return new Failure(Reason.PREPARATION_GIVEN_UP, Reason.PREPARATION_GIVEN_UP.auditText());
        }
        if (isForWantOfRoom(fault)) {
            return forWantOfRoom(queueId);
        }
        if (fault instanceof JournalException) {
            LOG.error("{}: no copy is made, message deferred: {}", queueId, fault.getMessage());
            return new Failure(Reason.JOURNAL_UNAVAILABLE, String.valueOf(fault.getMessage()));
        }
        LOG.error("{}: unexpected, message deferred", queueId, fault);
        return new Failure(Reason.INTERNAL_ERROR, fault.getClass().getName());
    }

    /** The failure of one copy. */
    static Failure ofSealing(QueueId queueId, Exception fault) {
        if (isForWantOfRoom(fault)) {
            return forWantOfRoom(queueId);
        }
        return switch (fault) {
            case SealException e -> {
                tell(queueId, e);
                yield new Failure(e.reason(), String.valueOf(e.getMessage()));
            }
            // The store could not say whether a reader has a second certificate.
            case StoreUnavailableException e -> {
                tell(queueId, e);
                yield new Failure(Reason.STORE_UNAVAILABLE, String.valueOf(e.getMessage()));
            }
            default -> {
                LOG.error("{}: unexpected while sealing", queueId, fault);
                yield new Failure(Reason.INTERNAL_ERROR, fault.getClass().getName());
            }
        };
    }

    // Any sender can write a message that cannot be sealed, so such a message must not fill the log with stack traces.
    private static void tell(QueueId queueId, Exception expected) {
        LOG.warn(
                "{}: {}",
                queueId,
                causes(expected)
                        .map(cause -> String.valueOf(cause.getMessage()))
                        .collect(Collectors.joining(": ")));
        LOG.debug("{}: where that happened", queueId, expected);
    }

    private static Stream<Throwable> causes(Throwable fault) {
        return Stream.iterate(fault, Objects::nonNull, Throwable::getCause);
    }

    private static Failure forWantOfRoom(QueueId queueId) {
        LOG.info("{}: put off, too many octets are under way to make its copies", queueId);
        return new Failure(Reason.TOO_MUCH_UNDER_WAY, Reason.TOO_MUCH_UNDER_WAY.auditText());
    }

    /**
     * True if there was no room for more octets. A library may have wrapped the exception, so all causes are searched.
     */
    private static boolean isForWantOfRoom(Throwable fault) {
        return causes(fault).anyMatch(OctetGate.FullException.class::isInstance);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Failure.class);
}
