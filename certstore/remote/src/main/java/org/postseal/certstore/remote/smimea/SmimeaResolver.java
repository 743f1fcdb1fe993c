package org.postseal.certstore.remote.smimea;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postseal.certstore.StoreUnavailableException;
import org.xbill.DNS.SMIMEARecord;
import org.xbill.DNS.Type;

/** Asks for SMIMEA records, and believes those that DNSSEC proves (RFC 8162 §6). Thread-safe. */
public final class SmimeaResolver {
    /** The most records of one answer. */
    static final int MAX_RECORDS = 20;
    /** The most octets of all records of one answer. */
    static final int MAX_OCTETS = 48 * 1024;

    private final ValidatedResolver resolver;

    public SmimeaResolver(ValidatedResolver resolver) {
        this.resolver = resolver;
    }

    /**
     * Makes a resolver that keeps the keys of zones it has validated.
     *
     * @throws IOException when the trust anchors cannot be read, or there is no server to ask
     */
    public static SmimeaResolver of(SmimeaSettings settings, Clock clock) throws IOException {
        return new SmimeaResolver(ValidatedResolver.of(settings, clock));
    }

    /**
     * Asks once, for exactly this name.
     *
     * @throws StoreUnavailableException when nothing that can be believed came in time; the message says why
     */
    public SmimeaAnswer resolve(SmimeaName name) {
        ValidatedResolver.Answer answer = resolver.resolve(name.text(), Type.SMIMEA);
        if (!answer.isSecure()) {
            return new SmimeaAnswer.Absent("not signed by DNSSEC");
        }
        if (answer.records().isEmpty()) {
            return new SmimeaAnswer.Absent(answer.isName() ? "no such record" : "no such name");
        }
        List<SMIMEARecord> found =
                answer.records().stream().map(SMIMEARecord.class::cast).toList();
        checkLimits(name, found);
        return understood(name, found, answer.lifetime());
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
}
