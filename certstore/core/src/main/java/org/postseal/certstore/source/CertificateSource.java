package org.postseal.certstore.source;

import java.util.List;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;

/** One place that may know certificates of an address. Thread-safe; may block, each under limits of its own. */
public interface CertificateSource {
    /** As in the configuration and in explanations: {@code pins}, {@code own}, {@code ldap:corp}. */
    String name();

    /** False when it is known without asking that there is nothing for this address: another domain, say. */
    default boolean covers(MailAddress address) {
        return true;
    }

    /**
     * True when it is one thing that is down for every address at once; false when addresses have servers of their own (the DNS), so that one which fails
     * says nothing about the others.
     */
    default boolean failsAsAWhole() {
        return true;
    }

    /**
     * What it has for {@code address}, whatever its state, best tier first; empty when it has nothing.
     *
     * @throws StoreUnavailableException when it cannot say: server down, slow, lying, ambiguous. Never an empty list instead
     */
    List<Candidate> find(MailAddress address);
}
