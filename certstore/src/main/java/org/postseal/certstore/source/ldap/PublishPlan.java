package org.postseal.certstore.source.ldap;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;

/**
 * What publishing would change in one entry. Immutable; made by {@link LdapPublisher#plan}, to be shown or applied.
 *
 * @param steps one per value that is there or shall be there
 * @param version a condition that holds as long as nobody changes the entry; empty when the server cannot check one
 */
public record PublishPlan(MailAddress user, String dn, List<Step> steps, Optional<Version> version) {
    public PublishPlan {
        steps = List.copyOf(steps);
    }

    /**
     * One value.
     *
     * @param attribute with its options, as the server spells it
     * @param words the value and the reason, for people
     */
    public record Step(Kind kind, String attribute, byte[] value, String words) {}

    /** What happens to a value. */
    public enum Kind {
        KEEP,
        ADD,
        REMOVE
    }

    /** An attribute that changes with each change of the entry, and its value when the plan was made. */
    public record Version(String attribute, String value) {}

    /** False when the entry is as it should be. */
    public boolean changesSomething() {
        return steps.stream().anyMatch(step -> step.kind() != Kind.KEEP);
    }

    List<Step> steps(String attribute, Kind kind) {
        return steps.stream()
                .filter(step -> step.attribute().equals(attribute) && step.kind() == kind)
                .toList();
    }

    List<String> attributes() {
        return steps.stream().map(Step::attribute).distinct().toList();
    }

    /** One line per value: {@code add userCertificate;binary 1f2e... valid until ...}. */
    @Override
    public String toString() {
        return steps.stream()
                .map(step -> switch (step.kind()) {
                            case KEEP -> "keep   ";
                            case ADD -> "add    ";
                            case REMOVE -> "remove ";
                        }
                        + step.attribute() + " " + step.words())
                .collect(Collectors.joining("\n", dn + "\n", "\n"));
    }
}
