/**
 * The people of whom a policy speaks: addresses, groups and domains as it names them, and how they are read.
 */
@NullMarked
package org.postseal.policy.people;

import org.jspecify.annotations.NullMarked;
