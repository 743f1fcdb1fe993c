package org.postseal.certstore.source;

import java.util.List;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;

/** A place that may know certificates of an address. Thread-safe. It may block, within limits of its own. */
public interface CertificateSource {
    /** Returns the name as in the configuration and in explanations: {@code pins}, {@code own}, {@code ldap:corp}. */
    String name();

    /**
     * Returns false if the source cannot have anything for this address, for example because of its domain. The source
     * is then not asked.
     */
    default boolean covers(MailAddress address) {
        return true;
    }

    /**
     * Returns true if the source is down for every address at once. Returns false if addresses have servers of their
     * own, as in the DNS, so that one failing server says nothing about the others.
     */
    default boolean failsAsAWhole() {
        return true;
    }

    /**
     * Returns what the source has for {@code address}, whatever its state, best tier first. The list is empty if it has
     * nothing.
     *
     * @throws StoreUnavailableException if the source cannot answer, because its server is down, slow, lying or
     *     ambiguous; it never returns an empty list instead
     */
    List<Candidate> find(MailAddress address);
}
