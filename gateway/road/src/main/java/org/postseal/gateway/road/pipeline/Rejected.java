package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificateChoice.Considered;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.protection.DomainAuthority;

/**
 * A certificate that was found for an address and was not fit for use.
 *
 * @param address the address for which a certificate was looked for
 */
record Rejected(MailAddress address, Considered considered) {
    /**
     * The rejected certificates among those that were looked for on behalf of one recipient: the recipient's own, those
     * of additional readers, of the sender and of the sender's domain.
     *
     * @param all all rejected certificates, by address
     * @param from the single From address
     * @return at most {@link #MOST}, since a directory server may have any number
     */
    static List<Rejected> of(Map<MailAddress, List<Considered>> all, RecipientPlan plan, Optional<MailAddress> from) {
        Set<MailAddress> asked = new LinkedHashSet<>();
        for (String answer : plan.basis().map(Basis::answers).orElse(List.of())) {
            String question = answer.substring(0, Math.max(0, answer.indexOf('=')));
            switch (question) {
                case "certificate" -> asked.add(plan.recipient().address());
                case "key", "hardwareKey" -> from.ifPresent(asked::add);
                case "domainKey", "hardwareDomainKey" ->
                    from.map(DomainAuthority::addressFor).ifPresent(asked::add);
                default -> {
                    if (question.startsWith(READER)) {
                        MailAddress.parse(question.substring(READER.length())).ifPresent(asked::add);
                    }
                }
            }
        }
        List<Rejected> rejected = new ArrayList<>();
        for (MailAddress address : asked) {
            all.getOrDefault(address, List.of()).forEach(each -> rejected.add(new Rejected(address, each)));
        }
        return rejected.size() > MOST ? List.copyOf(rejected.subList(0, MOST)) : List.copyOf(rejected);
    }

    /** The text for the audit log, as {@code ADDRESS:SHA-256, SOURCE, WHY}. */
    String text() {
        return address + ":" + considered.id().hex() + ", " + considered.source() + ", "
                + considered.status().text();
    }

    private static final String READER = "reader:";
    static final int MOST = 10;
}
