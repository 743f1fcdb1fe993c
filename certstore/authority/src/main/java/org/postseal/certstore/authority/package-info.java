/** Our own certification authority: its folder, its index of what was issued, and its revocation lists. */
@NullMarked
package org.postseal.certstore.authority;

import org.jspecify.annotations.NullMarked;
