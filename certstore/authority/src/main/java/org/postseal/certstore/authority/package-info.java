/** The own certification authority: its folder, its index of what was issued, its revocation lists. */
@NullMarked
package org.postseal.certstore.authority;

import org.jspecify.annotations.NullMarked;
