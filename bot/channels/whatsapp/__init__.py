"""WhatsApp: https://developers.facebook.com/documentation/business-messaging/whatsapp."""
