package org.postseal.policy.exchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.settings.SmimeParameter;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problem.Severity;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlValue;

/** Turns Exchange's mobile device mailbox policies and its S/MIME configuration into a policy. Used once. */
public final class ExchangeImport {
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, MobilePolicy> policies = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private final Set<String> leftOut = new LinkedHashSet<>();
    private Optional<SmimeValues> smime = Optional.empty();

    private ExchangeImport() {}

    /**
     * A file or pipe with Exchange's output.
     *
     * @param name as the admin gave it, for the problems
     */
    public record Source(String name, String text) {}

    public sealed interface Result {}

    /**
     * A policy that loads.
     *
     * @param yaml begins with comments that list the sources, the substitutions, and what was kept and left out
     * @param remarks about values that were substituted or that the admin must check
     */
    public record Imported(String yaml, List<String> remarks) implements Result {}

    /** Nothing was imported; the list has every problem. */
    public record Refused(List<Problem> problems) implements Result {}

    /**
     * Imports all sources as one policy.
     *
     * @param internal our domains, such as {@code example.com} or {@code *.example.com}; Exchange's policies do not
     *     name them
     */
    public static Result of(List<Source> sources, List<String> internal) {
        return new ExchangeImport().run(sources, internal);
    }

    private Result run(List<Source> sources, List<String> internal) {
        List<Problems> read = new ArrayList<>();
        List<MobilePolicy> found = new ArrayList<>();
        for (Source source : sources) {
            Problems own = new Problems(YamlValue.clean(source.name()));
            read.add(own);
            for (ExchangeObject object : ExchangeReader.read(source.text(), own)) {
                take(object, own).ifPresent(policy -> {
                    found.add(policy);
                    name(policy, own);
                });
            }
        }
        read.forEach(own -> problems.addAll(own.all()));
        if (problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR)) {
            return new Refused(problems);
        }
        takeTheOnlyOne(found);
        PolicyText text = new PolicyText(
                internal, policies, smime.map(SmimeValues::values).orElse(Map.of()));
        remarks.addAll(text.remarks());
        RuleSet.Reading reading = RuleSet.read("the policy made of it", text.body());
        if (reading instanceof RuleSet.Broken(List<Problem> broken)) {
            return new Refused(broken);
        }
        return new Imported(head(sources, reading) + text.body(), List.copyOf(remarks));
    }

    private Optional<MobilePolicy> take(ExchangeObject object, Problems own) {
        boolean isSmime = object.isSmimeConfig();
        if (object.isMobilePolicy() == isSmime) {
            own.error(
                    object.line(),
                    "",
                    isSmime
                            ? "has parameters of a mobile device mailbox policy and of Set-SmimeConfig"
                            : "has no parameter of S/MIME; what Get-MobileDeviceMailboxPolicy, Get-SmimeConfig or"
                                    + " ActiveSync's Provision command give is wanted");
            return Optional.empty();
        }
        object.properties().keySet().stream()
                .filter(name -> isSmime
                        ? SmimeParameter.ofMicrosoft(name).isEmpty()
                        : MobileParameter.of(name).isEmpty())
                .filter(name -> !OF_EVERY_OBJECT.contains(name))
                .map(YamlValue::clean)
                .forEach(leftOut::add);
        if (!isSmime) {
            return Optional.of(MobilePolicy.of(object, own));
        }
        if (smime.isPresent()) {
            own.error(object.line(), "", "a second S/MIME configuration; an organisation has one");
        }
        SmimeValues values = SmimeValues.of(object, own);
        remarks.addAll(values.remarks());
        smime = Optional.of(values);
        return Optional.empty();
    }

    private void name(MobilePolicy policy, Problems own) {
        boolean isDefault = policy.isDefault().orElse(policy.name().isEmpty());
        if (isDefault && policies.containsKey(DEFAULT)) {
            own.error(
                    policy.line(),
                    "",
                    "a second default policy" + (policy.name().isEmpty() ? " (it has no Name)" : ""));
            return;
        }
        if (isDefault) {
            policies.put(DEFAULT, policy);
            return;
        }
        String given = policy.name().orElse("policy");
        String base = PolicyText.fit(given);
        String name = base;
        for (int number = 2; policies.containsKey(name) || name.equals(DEFAULT); number++) {
            name = base.substring(0, Math.min(base.length(), LONGEST_BASE)) + "-" + number;
        }
        if (policies.values().stream().anyMatch(other -> other.name().equals(policy.name()))) {
            own.error(policy.line(), "Name", "a second policy with the name '" + YamlValue.clean(given) + "'");
        }
        if (!name.equals(given)) {
            remarks.add("mailbox policy '" + YamlValue.clean(given) + "' is called " + name);
        }
        policies.put(name, policy);
    }

    // A single policy, such as from Format-List Name, *SMIME*, does not say whether it is the default one.
    private void takeTheOnlyOne(List<MobilePolicy> found) {
        if (found.size() == 1 && found.getFirst().isDefault().isEmpty() && !policies.containsKey(DEFAULT)) {
            policies.clear();
            policies.put(DEFAULT, found.getFirst());
            remarks.add("the only mailbox policy is taken for the default one: IsDefault is not there");
        }
    }

    private String head(List<Source> sources, RuleSet.Reading reading) {
        PolicyText.Head head = new PolicyText.Head();
        head.line("Made by `postseal policy import-exchange` of "
                + String.join(
                        ", ",
                        sources.stream()
                                .map(source -> YamlValue.clean(source.name()))
                                .toList()) + ".");
        policies.forEach((name, policy) -> head.item("mailbox policy " + name + ": "
                + policy.name().map(given -> "'" + YamlValue.clean(given) + "'").orElse("an EASProvisionDoc")
                + (policy.isDefault().orElse(false) ? ", the default policy" : "")));
        smime.ifPresent(_ -> head.item("smime: the S/MIME configuration of the organisation"));
        if (policies.keySet().stream().anyMatch(name -> !name.equals(DEFAULT))) {
            head.line("Exchange gives mailboxes their policy one by one: write in appliesTo who has which.");
        }
        if (!policies.isEmpty()) {
            head.line("With enforcement: minimum the named algorithms are the weakest allowed:"
                    + " new mail gets SHA-256 and AES.");
        }
        head.list("Substituted or to be looked at:", remarks);
        head.list(
                "`postseal check` says of it:",
                reading.problems().stream()
                        .filter(problem -> problem.key().startsWith(SMIME))
                        .map(problem -> problem.key().substring(SMIME.length()) + " " + problem.message())
                        .toList());
        head.names("Left out, as it is not known or not about S/MIME:", leftOut);
        return head.text();
    }

    private static final String DEFAULT = "default";
    private static final String SMIME = "smime.";
    private static final int LONGEST_BASE = 60;

    /** Properties that PowerShell and Active Directory add to every object. */
    private static final Set<String> OF_EVERY_OBJECT = Set.of(
            "AdminDisplayName",
            "DistinguishedName",
            "ExchangeObjectId",
            "ExchangeVersion",
            "Guid",
            "Id",
            "Identity",
            "IsDefault",
            "IsDefaultPolicy",
            "IsValid",
            "Name",
            "ObjectCategory",
            "ObjectClass",
            "ObjectState",
            "OrganizationId",
            "OrganizationalUnitRoot",
            "OriginatingServer",
            "PSComputerName",
            "PSShowComputerName",
            "RunspaceId",
            "WhenChanged",
            "WhenChangedUTC",
            "WhenCreated",
            "WhenCreatedUTC");
}
