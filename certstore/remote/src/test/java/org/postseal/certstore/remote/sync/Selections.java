package org.postseal.certstore.remote.sync;

import java.util.Optional;
import org.postseal.certstore.remote.ldap.LdapSettings.Attributes;
import org.postseal.certstore.remote.ldap.LdapSettings.Query;
import org.postseal.certstore.remote.ldap.LdapShape;
import org.postseal.certstore.remote.sync.SyncSettings.Selection;

/** Makes selections of entries for tests. */
final class Selections {
    private Selections() {}

    /** Returns everything below a base, by the usual attributes and filter. */
    static Selection below(String base) {
        return new Selection(Query.of(base, new LdapShape.Generic()), Attributes.DEFAULT, Optional.empty());
    }
}
