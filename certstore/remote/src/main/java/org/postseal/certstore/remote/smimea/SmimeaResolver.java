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
import org.xbill.DNS.SMIMEARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * Asks for SMIMEA records and validates the answer itself. Thread-safe.
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
public final class SmimeaResolver {
    /** The most records of one answer. */
    static final int MAX_RECORDS = 20;
    /** The most octets of all records of one answer. */
    static final int MAX_OCTETS = 48 * 1024;

    private static final int MAX_ALIASES = 8;

    private final ValidatingResolver validator;
    private final Duration timeLimit;
    private final Clock clock;

    private SmimeaResolver(ValidatingResolver validator, Duration timeLimit, Clock clock) {
        this.validator = validator;
        this.timeLimit = timeLimit;
        this.clock = clock;
    }

    /**
     * Makes a resolver that keeps the keys of zones it has validated.
     *
     * @throws IOException when the trust anchors cannot be read, or there is no server to ask
     */
    public static SmimeaResolver of(SmimeaSettings settings, Clock clock) throws IOException {
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
        return new SmimeaResolver(validator, settings.timeLimit(), clock);
    }

    /**
     * Asks once, for exactly this name.
     *
     * @throws StoreUnavailableException when nothing that can be believed came in time; the message says why
     */
    public SmimeaAnswer resolve(SmimeaName name) {
        Name question = parse(name);
        Message answer = ask(question);
        if (answer.getRcode() != Rcode.NOERROR && answer.getRcode() != Rcode.NXDOMAIN) {
            throw new StoreUnavailableException(
                    "SMIMEA " + name + ": bogus, DNSSEC validation failed: " + reason(answer));
        }
        if (!answer.getHeader().getFlag(Flags.AD)) {
            if (reason(answer).isEmpty()) {
                throw new StoreUnavailableException(
                        "SMIMEA " + name + ": indeterminate, nothing proves the answer or that its zone is unsigned");
            }
            return new SmimeaAnswer.Absent("not signed by DNSSEC");
        }
        return answer.getRcode() == Rcode.NXDOMAIN
                ? new SmimeaAnswer.Absent("no such name")
                : read(name, question, answer);
    }

    private Message ask(Name question) {
        Message query = Message.newQuery(Record.newRecord(question, Type.SMIMEA, DClass.IN));
        CompletableFuture<Message> future = validator.sendAsync(query).toCompletableFuture();
        try {
            return future.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new StoreUnavailableException("SMIMEA " + question + ": time-out", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("SMIMEA " + question + ": interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String what = switch (cause) {
                case SocketTimeoutException _ -> "time-out";
                case WireParseException malformed -> "malformed answer: " + malformed.getMessage();
                case FailoverResolver.RefusedException refused -> String.valueOf(refused.getMessage());
                default -> "no name server could be asked: " + cause;
            };
            throw new StoreUnavailableException("SMIMEA " + question + ": " + what, cause);
        }
    }

    // Every record set of a secure answer is verified, aliases included, so the chain of aliases may be followed. If it
    // ends without a record, the absence is proven as well.
    private SmimeaAnswer read(SmimeaName name, Name question, Message answer) {
        Name owner = question;
        long seconds = Long.MAX_VALUE;
        List<SMIMEARecord> found = new ArrayList<>();
        for (int alias = 0; found.isEmpty(); alias++) {
            Name next = null;
            for (Record each : answer.getSection(Section.ANSWER)) {
                if (each.getName().equals(owner)) {
                    seconds = Math.min(seconds, lifetime(each));
                    switch (each) {
                        case SMIMEARecord record -> found.add(record);
                        case CNAMERecord record -> next = record.getTarget();
                        default -> {}
                    }
                }
            }
            if (found.isEmpty() && next == null) {
                return new SmimeaAnswer.Absent("no such record");
            }
            if (found.isEmpty() && alias == MAX_ALIASES) {
                throw new StoreUnavailableException("SMIMEA " + name + ": more than " + MAX_ALIASES + " aliases");
            }
            owner = next == null ? owner : next;
        }
        checkLimits(name, found);
        return understood(name, found, Duration.ofSeconds(Math.max(0, seconds)));
    }

    private static void checkLimits(SmimeaName name, List<SMIMEARecord> found) {
        long octets = found.stream()
                .mapToLong(each -> each.getCertificateAssociationData().length)
                .sum();
        if (found.size() > MAX_RECORDS || octets > MAX_OCTETS) {
            throw new StoreUnavailableException("SMIMEA " + name + ": " + found.size() + " records of " + octets
                    + " octets, more than " + MAX_RECORDS + " or " + MAX_OCTETS);
        }
    }

    private static SmimeaAnswer understood(SmimeaName name, List<SMIMEARecord> found, Duration lifetime) {
        List<SmimeaRecord> records = new ArrayList<>();
        try {
            for (SMIMEARecord each : found) {
                SmimeaRecord.of(
                                each.getCertificateUsage(),
                                each.getSelector(),
                                each.getMatchingType(),
                                each.getCertificateAssociationData())
                        .ifPresent(records::add);
            }
        } catch (IOException e) {
            throw new StoreUnavailableException("SMIMEA " + name + ": malformed record: " + e.getMessage(), e);
        }
        return new SmimeaAnswer.Secure(records, found.size() - records.size(), lifetime);
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

    private static Name parse(SmimeaName name) {
        try {
            return Name.fromString(name.text());
        } catch (TextParseException e) {
            throw new IllegalStateException("made of hex and A-labels", e);
        }
    }
}
