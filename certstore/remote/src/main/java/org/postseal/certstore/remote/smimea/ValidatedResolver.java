package org.postseal.certstore.remote.smimea;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postseal.certstore.StoreUnavailableException;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * Asks name servers and validates the answer itself. Thread-safe.
 *
 * <p>Design. RFC 8162 §6 demands the state Secure. A resolver's word for it (the AD bit) would be enough over a trusted
 * path, but it is never used, not even from loopback. The signatures come along anyway, and validation costs
 * microseconds beside the look-up. An option to leave it out would be switched on where the path is not what its owner
 * thinks.
 *
 * <p>The validator can end in three ways without an error: the answer is secure, with AD set; the answer is proven to
 * be unsigned, with a reason in an additional record; or neither is proven, because one of the validator's own
 * questions got no answer while it checked a negative answer. The third says nothing at all. If it counted as
 * "unsigned", anybody who can drop packets could make certificates disappear. So it is a failure, as bogus is.
 */
public final class ValidatedResolver {
    private static final int MAX_ALIASES = 8;

    private final ValidatingResolver validator;
    private final Duration timeLimit;
    private final Clock clock;

    private ValidatedResolver(ValidatingResolver validator, Duration timeLimit, Clock clock) {
        this.validator = validator;
        this.timeLimit = timeLimit;
        this.clock = clock;
    }

    /**
     * Makes a resolver that keeps the keys of zones it has validated.
     *
     * @throws IOException when the trust anchors cannot be read, or there is no server to ask
     */
    public static ValidatedResolver of(SmimeaSettings settings, Clock clock) throws IOException {
        List<InetSocketAddress> servers =
                settings.servers().isEmpty() ? ResolverConfig.getCurrentConfig().servers() : settings.servers();
        if (servers.isEmpty()) {
            throw new IOException("no name server is configured, and the machine has none");
        }
        // The time suffices for two servers over two transports each.
        Duration perAttempt = settings.timeLimit().dividedBy(servers.size() == 1 ? 2 : 4);
        ValidatingResolver validator =
                new ValidatingResolver(new FailoverResolver(servers, settings.first(), perAttempt), clock);
        TrustAnchors.load(settings.trustAnchors(), validator);
        return new ValidatedResolver(validator, settings.timeLimit(), clock);
    }

    /**
     * An answer that is proven, or whose zone is proven to be unsigned.
     *
     * @param records of the type that was asked for, at the end of the aliases; empty if there are none
     * @param isSecure true if DNSSEC proves the records, or that there are none
     * @param isName false if there is no such name
     * @param lifetime how long the answer is valid
     */
    public record Answer(List<Record> records, boolean isSecure, boolean isName, Duration lifetime) {
        public Answer {
            records = List.copyOf(records);
        }
    }

    /**
     * Asks once, for exactly this name.
     *
     * @param name a name in A-labels, with a final dot
     * @param type a type of {@link Type}
     * @throws StoreUnavailableException when nothing that can be believed came in time; the message says why
     */
    public Answer resolve(String name, int type) {
        Name question = parse(name);
        String label = Type.string(type) + " " + question;
        Message answer = ask(question, type, label);
        if (answer.getRcode() != Rcode.NOERROR && answer.getRcode() != Rcode.NXDOMAIN) {
            throw new StoreUnavailableException(label + ": bogus, DNSSEC validation failed: " + reason(answer));
        }
        boolean isSecure = answer.getHeader().getFlag(Flags.AD);
        if (!isSecure && reason(answer).isEmpty()) {
            throw new StoreUnavailableException(
                    label + ": indeterminate, nothing proves the answer or that its zone is unsigned");
        }
        return read(question, type, answer, isSecure, label);
    }

    private Message ask(Name question, int type, String label) {
        Message query = Message.newQuery(Record.newRecord(question, type, DClass.IN));
        CompletableFuture<Message> future = validator.sendAsync(query).toCompletableFuture();
        try {
            return future.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new StoreUnavailableException(label + ": time-out", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException(label + ": interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String what = switch (cause) {
                case SocketTimeoutException _ -> "time-out";
                case WireParseException malformed -> "malformed answer: " + malformed.getMessage();
                case FailoverResolver.RefusedException refused -> String.valueOf(refused.getMessage());
                default -> "no name server could be asked: " + cause;
            };
            throw new StoreUnavailableException(label + ": " + what, cause);
        }
    }

    // Every record set of a secure answer is verified, aliases included, so the chain of aliases may be followed. If it
    // ends without a record, the absence is proven as well.
    private Answer read(Name question, int type, Message answer, boolean isSecure, String label) {
        Name owner = question;
        long seconds = Long.MAX_VALUE;
        List<Record> found = new ArrayList<>();
        for (int alias = 0; found.isEmpty(); alias++) {
            Name next = null;
            for (Record each : answer.getSection(Section.ANSWER)) {
                if (each.getName().equals(owner)) {
                    seconds = Math.min(seconds, lifetime(each));
                    if (each.getType() == type) {
                        found.add(each);
                    } else if (each instanceof CNAMERecord record) {
                        next = record.getTarget();
                    }
                }
            }
            if (next == null) {
                break;
            }
            if (found.isEmpty() && alias == MAX_ALIASES) {
                throw new StoreUnavailableException(label + ": more than " + MAX_ALIASES + " aliases");
            }
            owner = next;
        }
        return new Answer(
                found, isSecure, answer.getRcode() != Rcode.NXDOMAIN, Duration.ofSeconds(Math.max(0, seconds)));
    }

    // RFC 4035 §5.3.3: a record lives no longer than its signature and the TTL in the signature allow.
    private long lifetime(Record record) {
        return record instanceof RRSIGRecord signature
                ? Math.min(
                        Math.min(signature.getTTL(), signature.getOrigTTL()),
                        Duration.between(clock.instant(), signature.getExpire()).toSeconds())
                : record.getTTL();
    }

    private static String reason(Message answer) {
        for (Record each : answer.getSection(Section.ADDITIONAL)) {
            if (each instanceof TXTRecord text && each.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS) {
                return String.join("", text.getStrings());
            }
        }
        return "";
    }

    private static Name parse(String name) {
        try {
            return Name.fromString(name);
        } catch (TextParseException e) {
            throw new IllegalStateException("made of hex and A-labels", e);
        }
    }
}
