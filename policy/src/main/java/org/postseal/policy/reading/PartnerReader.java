package org.postseal.policy.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Names;
import org.postseal.policy.people.People;
import org.postseal.policy.people.PeopleReader;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.MailboxPolicy;
import org.postseal.policy.settings.MailboxPolicy.Assignment;
import org.postseal.policy.settings.Partners;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code partners}, and says which of their settings can never count. Used once. */
final class PartnerReader {
    private final PeopleReader people;
    private final DomainSet internal;
    private final Settings organisation;
    private final Map<Object, String> assigned = new HashMap<>();

    PartnerReader(PeopleReader people, DomainSet internal, Settings organisation) {
        this.people = people;
        this.internal = internal;
        this.organisation = organisation;
    }

    Partners read(YamlMapping root) {
        Partners.Trusted trusted =
                root.value("trustedAuthservIds").map(PartnerReader::trusted).orElse(Partners.Trusted.NOBODY);
        List<MailboxPolicy> partners = new ArrayList<>();
        root.mapping("partners")
                .ifPresent(section -> section.all().forEach((name, value) -> {
                    if (!Names.isName(name)) {
                        value.error(Names.RULE);
                    }
                    value.mapping().ifPresent(mapping -> partners.add(partner(name, mapping, trusted)));
                }));
        return new Partners(partners, trusted);
    }

    private static Partners.Trusted trusted(YamlValue value) {
        List<String> ids = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            item.parsed("an id such as mx.example.com", PartnerReader::id).ifPresent(ids::add);
        }
        return new Partners.Trusted(ids, value.line());
    }

    // An id with other characters needs quotes in the field (RFC 8601 §2.2), and programs read these differently.
    private static Optional<String> id(String text) {
        return text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,254}") ? Optional.of(text) : Optional.empty();
    }

    private MailboxPolicy partner(String name, YamlMapping mapping, Partners.Trusted trusted) {
        Assignment whom = mapping.required("appliesTo")
                .map(value -> appliesTo(name, value))
                .orElse(Assignment.NONE);
        Map<MailboxParameter<?>, Object> written =
                RuleSettings.read(mapping, Partners.SETTABLE).values();
        OF_OUR_OWN.forEach(key -> mapping.refused(key, NOT_FOR_PARTNERS));
        mapping.refuseOthers();
        MailboxPolicy partner = new MailboxPolicy(name, Optional.empty(), whom, Optional.empty(), written, Set.of());
        warnOfIdle(mapping, partner, trusted);
        return partner;
    }

    private Assignment appliesTo(String partner, YamlValue value) {
        List<MailAddress> addresses = new ArrayList<>();
        List<DomainSet.Entry> domains = new ArrayList<>();
        for (YamlValue item : value.oneOrMore()) {
            People named = people.peopleOrDomains(item);
            if (!named.groups().isEmpty()) {
                item.error("is a group of a directory server; write addresses and domains");
            }
            named.addresses().forEach(address -> {
                add(partner, address, new DomainSet.Entry(address.domain(), false), item);
                addresses.add(address);
            });
            named.domains().entries().forEach(entry -> {
                add(partner, entry, entry, item);
                domains.add(entry);
            });
        }
        return new Assignment(addresses, List.of(), domains);
    }

    private void add(String partner, Object whom, DomainSet.Entry domain, YamlValue item) {
        if (internal.covers(domain)) {
            item.error("is internal; mailboxPolicies are for our own people");
        }
        String other = assigned.putIfAbsent(whom, partner);
        if (other != null) {
            item.error(
                    other.equals(partner)
                            ? "is there twice"
                            : "already belongs to partner " + other + "; one of the two must go");
        }
    }

    private void warnOfIdle(YamlMapping mapping, MailboxPolicy partner, Partners.Trusted trusted) {
        Settings settings = Partners.over(organisation, partner);
        partner.written().forEach((parameter, value) -> {
            Optional<String> idle = Partners.READING.contains(parameter)
                    ? idleTolerance(parameter, value, trusted)
                    : idleChoice(parameter, value, settings);
            idle.ifPresent(why -> mapping.place(parameter.name()).warning(why));
        });
    }

    private <T> Optional<String> idleChoice(MailboxParameter<T> parameter, Object value, Settings settings) {
        return settings.value(parameter).equals(value)
                ? Optional.empty()
                : Optional.of("has no effect: " + organisation.of(parameter).from()
                        + " asks for more and does not say mayWeaken");
    }

    private static Optional<String> idleTolerance(
            MailboxParameter<?> parameter, Object value, Partners.Trusted trusted) {
        if (value.equals(false) || value.equals(Set.of())) {
            return Optional.of("has no effect: a partner adds to what the recipient reads, and takes nothing away");
        }
        if (!trusted.ids().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                parameter == MailboxParameter.DOMAIN_SIGNATURES
                        ? "can never count: nothing but DMARC can prove From here, and there are no trustedAuthservIds"
                        : "never counts for mail that is only encrypted, since there are no trustedAuthservIds:"
                                + " nothing but a valid signature around the encryption can prove From");
    }

    private static final String NOT_FOR_PARTNERS =
            "is not for partners: rules and mailboxPolicies make demands and allow old algorithms for new mail";

    /** The keys of a mailbox policy that a partner does not have. */
    private static final List<String> OF_OUR_OWN = Stream.concat(
                    Stream.of("extends", "mayWeaken", "profile"),
                    MailboxParameter.all().stream()
                            .filter(parameter -> !Partners.SETTABLE.contains(parameter))
                            .map(parameter -> parameter.name().replaceFirst("\\..*", "")))
            .distinct()
            .toList();
}
