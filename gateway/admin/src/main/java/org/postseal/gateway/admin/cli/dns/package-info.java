/** Commands about what a domain says about its certificates in DNS. */
@NullMarked
package org.postseal.gateway.admin.cli.dns;

import org.jspecify.annotations.NullMarked;
