package main

import (
	"context"

	"github.com/tenantry/tenantry/internal/mail"
	"github.com/tenantry/tenantry/internal/observe"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// startMail sends the mails of invitations until the context ends, if there is a mail server.
// That it does not answer keeps no node from starting.
func (n *node) startMail(ctx context.Context) error {
	settings := n.settings.Mail
	if settings.SMTPHost == "" {
		return nil
	}
	mailer, err := mail.NewSMTP(mail.Config{
		Host:     settings.SMTPHost,
		Port:     settings.SMTPPort,
		User:     settings.SMTPUser,
		Password: settings.SMTPPassword,
		From:     settings.SMTPFrom,
		TLS:      mail.TLS(settings.SMTPTLS),
		Link:     settings.InvitationURL,
	})
	if err != nil {
		return err
	}
	sender := mail.NewSender(n.store, observe.Mailer{Mailer: mailer, Probe: n.watch}, tenancy.SystemClock{}, n.log)
	n.work.Go(func() { sender.Run(ctx) })
	return nil
}
