/** Finds out which authorities a domain allows to certify its addresses (CAA issuemail, RFC 9495). */
@NullMarked
package org.postseal.certstore.remote.issuemail;

import org.jspecify.annotations.NullMarked;
