/** The commands that get certificates from authorities, and renew them. */
@NullMarked
package org.postseal.gateway.admin.cli.enrol;

import org.jspecify.annotations.NullMarked;
