/**
 * This package puts into words why mail was refused or held back: templates by reason and language, and the
 * languages of senders and recipients.
 */
@NullMarked
package org.postseal.policy.wording;

import org.jspecify.annotations.NullMarked;
