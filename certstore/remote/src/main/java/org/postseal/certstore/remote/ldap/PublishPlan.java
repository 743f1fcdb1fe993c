package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldif.LDIFModifyChangeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;

/**
 * Says what publishing would change in one entry. Immutable. {@link LdapPublisher#plan} makes it, to be shown or
 * applied.
 *
 * @param steps one step for each value that the entry has or shall have
 * @param version a condition that holds as long as nobody changes the entry; empty if the server cannot check one
 */
public record PublishPlan(MailAddress user, String dn, List<Step> steps, Optional<Version> version) {
    public PublishPlan {
        steps = List.copyOf(steps);
    }

    /**
     * One value.
     *
     * @param attribute its name with options, as the server spells it
     * @param words the value and the reason, for people
     */
    public record Step(Kind kind, String attribute, byte[] value, String words) {}

    /** Says what happens to a value of the entry. */
    public enum Kind {
        KEEP,
        ADD,
        REMOVE
    }

    /** An attribute that changes with each change of the entry, and its value when the plan was made. */
    public record Version(String attribute, String value) {}

    /** Returns false if the entry needs no change. */
    public boolean changesSomething() {
        return steps.stream().anyMatch(step -> step.kind() != Kind.KEEP);
    }

    /**
     * Returns the change as LDIF (RFC 2849), for somebody else to make. Certificates are named by value, so that the
     * change fails if one that is to be removed is gone. userSMIMECertificate is set as a whole, since OpenLDAP has no
     * rule to find a value of it.
     */
    public String changeRecord() {
        List<Modification> changes = new ArrayList<>();
        for (String attribute : attributes()) {
            byte[][] removed = values(attribute, Kind.REMOVE);
            byte[][] added = values(attribute, Kind.ADD);
            if (removed.length > 0 && attribute.toLowerCase(Locale.ROOT).startsWith("usersmimecertificate")) {
                byte[][] after = Stream.of(values(attribute, Kind.KEEP), added)
                        .flatMap(Stream::of)
                        .toArray(byte[][]::new);
                changes.add(new Modification(ModificationType.REPLACE, attribute, after));
                continue;
            }
            if (removed.length > 0) {
                changes.add(new Modification(ModificationType.DELETE, attribute, removed));
            }
            if (added.length > 0) {
                changes.add(new Modification(ModificationType.ADD, attribute, added));
            }
        }
        return new LDIFModifyChangeRecord(dn, changes).toLDIFString(76) + "\n";
    }

    private byte[][] values(String attribute, Kind kind) {
        return steps(attribute, kind).stream().map(Step::value).toArray(byte[][]::new);
    }

    List<Step> steps(String attribute, Kind kind) {
        return steps.stream()
                .filter(step -> step.attribute().equals(attribute) && step.kind() == kind)
                .toList();
    }

    List<String> attributes() {
        return steps.stream().map(Step::attribute).distinct().toList();
    }

    /** Returns a line for each value: {@code add userCertificate;binary 1f2e... valid until ...}. */
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
