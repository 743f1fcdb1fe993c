package org.postseal.certstore.remote.issuemail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.Domain;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.remote.smimea.ValidatedResolver;
import org.xbill.DNS.CAARecord;
import org.xbill.DNS.Type;

/**
 * Asks which authorities may issue certificates for the addresses of a domain (RFC 9495). Parameters of the property
 * are for the authority, so they are ignored here. Thread-safe.
 */
public final class Issuemail {
    private final ValidatedResolver resolver;

    public Issuemail(ValidatedResolver resolver) {
        this.resolver = resolver;
    }

    /**
     * The word of a domain.
     *
     * @param at the domain whose CAA records count: the one that was asked about, or one above it; empty if there are
     *     none
     * @param issuers the authorities that may issue, in lower case; empty if all may
     * @param obstacle a critical property that is not understood, because of which nobody may issue (RFC 8659 §4.1)
     * @param isProven true if DNSSEC proves the answers. An answer of a zone without signatures counts nevertheless,
     *     since it can only be believed or disobeyed
     */
    public record Ruling(
            Optional<String> at, Optional<Set<String>> issuers, Optional<String> obstacle, boolean isProven) {
        /**
         * Returns whether an authority may issue.
         *
         * @param authority the domain name by which the authority says that it goes
         */
        public boolean permits(String authority) {
            return obstacle.isEmpty()
                    && issuers.map(each -> each.contains(authority.toLowerCase(Locale.ROOT)))
                            .orElse(true);
        }

        /** Returns who may issue, by whose records, and whether DNSSEC proves it. */
        public String words() {
            String who = obstacle.map(tag -> "nobody may issue: the critical property " + tag + " is unknown")
                    .or(() -> issuers.map(each -> each.isEmpty()
                            ? "nobody may issue"
                            : "these may issue: " + String.join(", ", new TreeSet<>(each))))
                    .orElse("every authority may issue");
            return who
                    + at.map(name -> ", by CAA of " + name).orElse(", there is no CAA")
                    + (isProven ? ", proven by DNSSEC" : ", not signed by DNSSEC");
        }
    }

    /**
     * Climbs from the domain towards the root until a name has CAA records (RFC 8659 §3).
     *
     * @throws StoreUnavailableException when a question has no answer that can be believed, so that nothing should be
     *     ordered
     */
    public Ruling about(Domain domain) {
        String name = domain.ascii();
        boolean isProven = true;
        if (name.startsWith("[")) {
            // An address literal has no records.
            return new Ruling(Optional.empty(), Optional.empty(), Optional.empty(), false);
        }
        if (name.chars().filter(each -> each == '.').count() >= MAX_LABELS) {
            throw new StoreUnavailableException("CAA " + name + ": more than " + MAX_LABELS + " labels");
        }
        while (!name.isEmpty()) {
            ValidatedResolver.Answer answer = resolver.resolve(name + ".", Type.CAA);
            isProven &= answer.isSecure();
            if (!answer.records().isEmpty()) {
                return ruling(
                        name,
                        answer.records().stream().map(CAARecord.class::cast).toList(),
                        isProven);
            }
            int dot = name.indexOf('.');
            name = dot < 0 ? "" : name.substring(dot + 1);
        }
        return new Ruling(Optional.empty(), Optional.empty(), Optional.empty(), isProven);
    }

    private static Ruling ruling(String at, List<CAARecord> records, boolean isProven) {
        Optional<String> obstacle = records.stream()
                .filter(each -> (each.getFlags() & CRITICAL) != 0)
                .map(each -> each.getTag().toLowerCase(Locale.ROOT))
                .filter(each -> !KNOWN.contains(each))
                .findFirst();
        Set<String> issuers = new TreeSet<>();
        boolean isRestricted = false;
        for (CAARecord each : records) {
            if (each.getTag().equalsIgnoreCase(TAG)) {
                isRestricted = true;
                issuer(new String(each.getValueAsByteArray(), ISO_8859_1)).ifPresent(issuers::add);
            }
        }
        // RFC 9495 §3: without this property, CAA does not restrict certificates for addresses.
        return new Ruling(
                Optional.of(at),
                isRestricted ? Optional.of(Set.copyOf(issuers)) : Optional.empty(),
                obstacle,
                isProven);
    }

    // RFC 9495 §3: a malformed value is treated as if it named nobody.
    private static Optional<String> issuer(String value) {
        Matcher matcher = VALUE.matcher(value);
        return value.length() <= MAX_VALUE && matcher.matches()
                ? Optional.ofNullable(matcher.group(1)).map(each -> each.toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    private static final String TAG = "issuemail";
    private static final int CRITICAL = 0x80;
    private static final int MAX_LABELS = 20;
    private static final int MAX_VALUE = 1000;
    /** The registered properties; those besides ours are for other certificates, or name people to write to. */
    private static final Set<String> KNOWN =
            Set.of(TAG, "issue", "issuewild", "issuevmc", "iodef", "contactemail", "contactphone");

    private static final String LABEL = "[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*";
    private static final String PARAMETER = "[A-Za-z0-9]+[ \\t]*=[ \\t]*[!-:<-~]*";
    private static final Pattern VALUE = Pattern.compile("[ \\t]*(?:(" + LABEL + "(?:\\." + LABEL
            + ")*)[ \\t]*)?(?:;[ \\t]*(?:" + PARAMETER + "(?:[ \\t]*;[ \\t]*" + PARAMETER + ")*[ \\t]*)?)?");
}
